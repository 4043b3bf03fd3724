"""Near copies and articles that the model can't read are known before anybody annotates them."""

import pytest
from samples import ROOT

from curation.articles import ArticlesReport, notice_articles, read_articles
from curation.articles.language import guess_language, other_language
from curation.documents.document import Document

TEXTS = {
    "de": "Die Regierung hat am Montag ein Gesetz beschlossen, das nach dem Willen der Koalition auch die Städte mit einbezieht und nicht auf den Bund beschränkt ist.",
    "fr": "Le gouvernement a adopté lundi une loi qui concerne les communes et les régions, avec des aides pour les habitants du sud, selon le ministre dans un entretien.",
    "es": "El gobierno aprobó el lunes una ley para los municipios, según dijo el ministro, que fue recibido por los alcaldes de las ciudades del sur con aplausos.",
    "en": "The government passed a law on Monday that includes the cities and the regions, which was welcomed by mayors of the south, the minister said to reporters.",
    "Cyrillic letters": "Правительство приняло в понедельник закон, который касается городов и регионов страны, сообщил министр журналистам.",
    "Arabic letters": "أقرت الحكومة يوم الاثنين قانونا جديدا يشمل المدن والأقاليم كما قال الوزير للصحفيين في العاصمة",
}


def noticed(*documents, language="en"):
    report = ArticlesReport()
    assert list(notice_articles(documents, report, language)) == list(documents)
    return report


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_shows_in_its_words_or_letters(language):
    assert guess_language(TEXTS[language], "en") == language
    assert other_language(TEXTS[language], "", language) == ""


@pytest.mark.parametrize("text", ["", "Oslo", "Bob met Al. " * 20, "7 : 3, 12 : 4"])
def test_a_text_that_shows_no_language_is_in_none(text):
    assert guess_language(text, "en") == ""


@pytest.mark.parametrize(
    ("text", "said", "expected", "other"),
    [
        (TEXTS["en"], "", "de", "en"),
        (TEXTS["en"], "", "ja", "en"),
        (TEXTS["Cyrillic letters"], "", "ru", ""),
        (TEXTS["Cyrillic letters"], "", "en", "Cyrillic letters"),
        (TEXTS["de"], "", "xx", ""),
        (TEXTS["de"], "", "", ""),
        ("Short.", "en-GB", "en", ""),
        ("Short.", "English", "en", ""),
        ("Short.", "nn_NO", "nb", ""),
        ("Short.", "German", "en", "German"),
    ],
)
def test_the_language_is_compared_with_the_models(text, said, expected, other):
    assert other_language(text, said, expected) == other


def test_the_shipped_articles_are_english_and_no_near_copies():
    report = noticed(*read_articles([ROOT / "seeds"]))

    assert (report.languages, report.near_copies) == ({}, [])


def test_other_languages_are_counted_with_the_first_document():
    report = noticed(
        Document("a", TEXTS["de"]),
        Document("b", TEXTS["en"]),
        Document("c", TEXTS["de"]),
        Document("d", "Short.", meta={"lang": "nb"}),
        Document("e", "Short.", meta={"lang": "en-GB"}),
    )

    assert report.languages == {"de": 2, "nb": 1}
    assert report.first_in_language == {"de": "a", "nb": "d"}


def test_near_copies_are_told_in_pairs_as_releases_group_them():
    documents = list(read_articles([ROOT / "tests" / "cases" / "near-copies.jsonl"]))

    report = noticed(*documents)

    pairs = [(one.first, one.second) for one in report.near_copies]
    assert ("copy-0", "copy-headline") in pairs
    assert "other-1" not in {name for pair in pairs for name in pair}


def test_articles_that_are_looked_at_in_blocks_are_counted(monkeypatch):
    monkeypatch.setattr("curation.articles.notices.ARTICLES_COMPARED", 2)

    assert noticed(*(Document(one, TEXTS["en"]) for one in "abc")).blocks == 2
