"""A team's Label Studio: behind HTTPS with a certificate of one's own, behind proxies that cut, tokens of both kinds."""

import ssl
import uuid
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import trustme
from proxy import HTML, PAGE, Fault, Limits, proxied, tunnelled
from rest_calls import call
from samples import SCHEMA

from curation.certificates import trusted_certificates
from curation.documents.document import Document, Entity, Layer
from curation.documents.stream import DocumentsFile
from curation.errors import HubError, StudioError
from curation.flows.connect import connect
from curation.flows.pull import pull
from curation.flows.status import status
from curation.hub.client import HubClient
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server import http, server_calls
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
KILOBYTE = 1_000
NOBODY = "http://127.0.0.1:9"


def document(number, size=10 * KILOBYTE):
    bob = Entity(0, 3, "PERSON", "a")
    text = f"Bob met Al. {number} ".ljust(size, "x")
    return Document(f"doc-{number}", text, (bob,), (), {}, MODEL)


DOCUMENTS = [document(n) for n in range(40)]


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A read that broke is tried again without a pause."""
    monkeypatch.setattr(http, "READ_PAUSES", (0.0, 0.0))


@pytest.fixture
def title():
    return f"team {uuid.uuid4().hex[:8]}"


def pushed(studio, title, documents=DOCUMENTS):
    options = PushOptions(wait=lambda _: None)
    return push_documents(studio, documents, SCHEMA, title=title, options=options)


def there(studio, title):
    """How often each document has a task."""
    project = studio.find_project(title)
    return Counter(task.doc_id for task in studio.tasks(project.id))


def each_once(documents):
    return Counter(one.id for one in documents)


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority of one's own, and the file with its certificate."""
    made = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return made, file


def certificate(authority, *names, **options):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority[0].issue_cert(*names, **options).configure_cert(context)
    return context


@pytest.fixture
def plain_environment(monkeypatch):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def refusal(folder, url):
    """What whoever asks the server is told: message and hint."""
    settings = {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": "t0ken"}
    with pytest.raises(StudioError) as caught:
        connect(folder, settings).find_project("p")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert "t0ken" not in message + caught.value.hint
    return message, caught.value.hint


YESTERDAY = datetime.now(UTC) - timedelta(days=1)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("names", "options", "is_known", "said", "hint"),
    [
        pytest.param(
            ["127.0.0.1"], {}, False, "is signed by nobody whom this machine trusts",
            "export SSL_CERT_FILE=/path/to/ca.pem", id="an unknown authority",
        ),
        pytest.param(
            ["label-studio.example.org"], {}, True, "isn't for 127.0.0.1",
            "-noout -ext subjectAltName", id="another name",
        ),
        pytest.param(
            ["127.0.0.1"], {"not_after": YESTERDAY}, True, "has expired", "renews it", id="expired",
        ),
        pytest.param(
            ["127.0.0.1"], {"not_before": TOMORROW}, True, "isn't valid yet", "clock", id="too new",
        ),
    ],
)  # fmt: skip
def test_a_certificate_that_is_not_trusted_is_told_with_what_to_do(
    authority, plain_environment, tmp_path, names, options, is_known, said, hint
):
    if is_known:
        plain_environment.setenv("SSL_CERT_FILE", str(authority[1]))

    with proxied(NOBODY, certificate=certificate(authority, *names, **options)) as proxy:
        message, advice = refusal(tmp_path, proxy.url)

    assert f"the certificate of {proxy.url} {said}" in message
    assert hint in advice


def test_the_hub_is_reached_with_the_same_certificates(authority, plain_environment):
    """A team's own authority is trusted besides the others, and what is wrong is told alike."""
    plain_environment.setenv("SSL_CERT_FILE", str(authority[1]))
    own = certificate(authority, "127.0.0.1")
    with proxied(NOBODY, certificate=own) as proxy:
        proxy.order(Fault("/api", 401, "{}", times=9))
        with pytest.raises(HubError, match="401"):
            HubClient(proxy.url, "").repository("a/b")
        plain_environment.delenv("SSL_CERT_FILE")
        with pytest.raises(HubError, match="signed by nobody whom this machine trusts"):
            HubClient(proxy.url, "").repository("a/b")
    assert len(trusted_certificates(HubError).get_ca_certs()) > len(["our own"])

    plain_environment.setenv("SSL_CERT_FILE", "nowhere.pem")
    with pytest.raises(HubError, match=r"SSL_CERT_FILE is nowhere\.pem"):
        HubClient("https://127.0.0.1:9", "").repository("a/b")


@pytest.mark.parametrize(
    ("variable", "holds", "said"),
    [
        pytest.param("SSL_CERT_FILE", None, "and no file is there", id="no file"),
        pytest.param("SSL_CERT_DIR", None, "and no folder is there", id="no folder"),
        pytest.param("SSL_CERT_FILE", "", "holds no certificate", id="an empty file"),
        pytest.param("SSL_CERT_FILE", "MII…", "holds no certificate", id="another file"),
    ],
)
def test_a_file_of_certificates_that_cannot_be_used_is_named(
    plain_environment, tmp_path, variable, holds, said
):
    file = tmp_path / "ca.pem"
    if holds is not None:
        file.write_text(holds)
    plain_environment.setenv(variable, str(file))

    message, _ = refusal(tmp_path, "https://127.0.0.1:9")

    assert message.startswith(f"{variable} is {file}")
    assert said in message


def test_http_and_https_are_not_confused(authority, plain_environment, tmp_path):
    with proxied(NOBODY) as plain:
        plain.order(Fault("/api", 200, "{}", times=9))
        message, hint = refusal(tmp_path, plain.url.replace("http:", "https:"))
        assert "doesn't speak HTTPS" in message
        assert "http://" in hint

        to = "https://127.0.0.1:8443/studio/api/projects/"
        plain.order(Fault("/api", 301, headers=(("Location", to),)))
        message, hint = refusal(tmp_path, f"{plain.url}/studio")
        assert f"sends calls on to {to}" in message

        plain.order(
            Fault("/api", 302, headers=(("Location", "https://login.example.org/?a=b"),))
        )
        message, hint = refusal(tmp_path, plain.url)
        assert "sends calls on to https://login.example.org/" in message
        assert "a=b" not in message


def test_a_proxy_that_cannot_be_used_is_told(plain_environment, tmp_path):
    plain_environment.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    message, _ = refusal(tmp_path, "https://label-studio.example.org")
    assert "HTTPS_PROXY" in message

    with proxied(NOBODY) as refusing:  # it answers CONNECT with 501
        plain_environment.setenv("HTTPS_PROXY", refusing.url)
        message, hint = refusal(tmp_path, "https://label-studio.example.org")
    assert "the proxy on the way to https://label-studio.example.org refuses" in message
    assert "NO_PROXY" in hint


def test_the_whole_way_by_https_under_a_path_and_through_a_proxy_on_postgresql(
    authority, plain_environment, tmp_path, second_label_studio, title
):
    """Push, status and pull with a personal access token, by the name that the certificate has."""
    name = "label-studio.example.org"
    plain_environment.setenv("SSL_CERT_FILE", str(authority[1]))
    own = certificate(authority, name)
    file = tmp_path / "documents.jsonl"
    file.write_text("".join(one.to_line() + "\n" for one in DOCUMENTS))
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")

    with (
        personal_token(second_label_studio) as token,
        proxied(second_label_studio.url, certificate=own, prefix="/studio") as proxy,
        tunnelled(urlsplit(proxy.url).port) as (tunnel, named),
    ):
        plain_environment.setenv("HTTPS_PROXY", tunnel)
        settings = {
            "LABEL_STUDIO_URL": f"https://{name}/studio/",
            "LABEL_STUDIO_API_KEY": token,
        }
        studio = connect(tmp_path, settings)
        report = push_documents(studio, DocumentsFile(file), SCHEMA, title=title)
        tasks = sorted(studio.task_ids(studio.find_project(title).id))
        studio.annotate(tasks[0], to_result(DOCUMENTS[0], SCHEMA))
        found = pull(studio, place, SCHEMA, title=title)
        told = status(studio, place, SCHEMA, title=title)

    assert report.created == len(DOCUMENTS)
    assert report.link.startswith(f"https://{name}/studio/projects/")
    assert found.documents == 1
    assert told.was_pulled
    assert {*named} == {f"{name}:443"}


# Tokens


@contextmanager
def personal_token(local):
    """A personal access token of the server's account, which may have one at a time."""
    token = call(local, "POST", "/api/token/").raise_for_status().json()["token"]
    try:
        yield token
    finally:
        revoke(local, token)


def revoke(local, token):
    call(local, "POST", "/api/token/blacklist/", json={"refresh": token})


@pytest.mark.parametrize("server", ["label_studio", "second_label_studio"])
def test_a_token_that_ends_in_the_middle_is_renewed_and_a_revoked_one_told(
    request, server, title
):
    """On both databases; a call that was refused for its token is made once more, and doubles nothing."""
    local = request.getfixturevalue(server)
    few = DOCUMENTS[:3]
    ended = Fault("", 401, '{"detail":"Token is expired"}')
    with personal_token(local) as token, proxied(local.url) as proxy:
        studio = HttpStudio(proxy.url, token)
        proxy.order(Fault("/import", 401, ended.body), Fault("GET /api/tasks", 401, ended.body))
        assert pushed(studio, title, few).created == len(few)
        assert proxy.faults == []
        assert there(studio, title) == each_once(few)
        renewals = sum("/api/token/refresh" in call for call in proxy.calls)
        assert renewals == 3

        revoke(local, token)
        proxy.order(Fault("/api/projects", 401, ended.body))
        with pytest.raises(StudioError, match="401: Token is blacklisted") as caught:
            studio.find_project(title)
        assert "LABEL_STUDIO_API_KEY" in caught.value.hint
        assert token not in str(caught.value)

        legacy = HttpStudio(proxy.url, local.token)
        assert there(legacy, title) == each_once(few)


# Proxies that cut


@pytest.fixture(scope="module")
def proxy(label_studio):
    with proxied(label_studio.url) as found:
        yield found


@pytest.fixture
def behind(proxy, label_studio):
    proxy.order()
    yield HttpStudio(proxy.url, label_studio.token)
    proxy.limits = Limits()


@pytest.mark.parametrize(
    ("limits", "calls"),
    [
        pytest.param(Limits(body=90 * KILOBYTE), 20, id="refused"),
        pytest.param(Limits(slow_body=90 * KILOBYTE), 1, id="done, without an answer"),
        pytest.param(
            Limits(slow_body=90 * KILOBYTE, is_carried_out=False), 20, id="come to nothing"
        ),
    ],
)
def test_a_push_goes_on_in_portions_and_doubles_nothing(proxy, behind, title, limits, calls):
    """Of 400 kB; what doesn't pass is learnt once, and what is larger than that isn't sent again."""
    proxy.limits = limits
    many = [*DOCUMENTS, document(40, 200)]

    report = pushed(behind, title, many)

    imports = sum("/import" in call for call in proxy.calls)
    proxy.limits = Limits()
    assert report.created == len(many)
    assert there(behind, title) == each_once(many)
    assert len(list(behind.predictions(behind.find_project(title).id))) == len(many)
    assert pushed(behind, title, many).unchanged == len(many)
    assert imports <= calls


@pytest.mark.parametrize("kind", ["body", "slow_body"])
def test_a_document_that_cannot_pass_is_named_and_the_others_go(proxy, behind, title, kind):
    proxy.limits = Limits(**{kind: 90 * KILOBYTE}, is_carried_out=False)
    giant = document(99, 200 * KILOBYTE)

    report = pushed(behind, title, [giant, *DOCUMENTS])

    assert report.created == len(DOCUMENTS)
    [refused] = report.refused
    assert refused.place == "doc-99"
    assert "a proxy" in refused.what
    assert there(behind, title) == each_once(DOCUMENTS)


def test_what_comes_back_comes_in_portions_and_a_task_that_cannot_is_named(
    proxy, behind, title, tmp_path, monkeypatch
):
    """Of answers that break off where they are too large: lists, suggestions and the export."""
    monkeypatch.setattr(server_calls, "PAGE_TASKS", 64)
    pushed(behind, title)
    project = behind.find_project(title)
    task = min(behind.task_ids(project.id))
    behind.annotate(task, to_result(DOCUMENTS[0], SCHEMA))
    proxy.limits = Limits(answer=120 * KILOBYTE)

    exported = sorted(one["data"]["doc_id"] for one in behind.export(project.id, drafts=True))
    suggested = {one.task for one in behind.predictions(project.id)}
    listed = there(behind, title)
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    found = pull(behind, place, SCHEMA, title=title)

    assert exported == sorted(one.id for one in DOCUMENTS)
    assert len(suggested) == len(DOCUMENTS)
    assert listed == each_once(DOCUMENTS)
    assert found.documents == 1

    proxy.limits = Limits()
    pushed(behind, title, [*DOCUMENTS, document(99, 200 * KILOBYTE)])
    giant = max(behind.task_ids(project.id))
    proxy.limits = Limits(answer=120 * KILOBYTE)
    with pytest.raises(StudioError, match=f"task {giant} of project {project.id}") as caught:
        list(behind.export(project.id, drafts=True))
    assert f"task={giant}" in caught.value.hint


def test_a_read_that_takes_too_long_is_asked_for_in_halves(proxy, behind, title):
    pushed(behind, title)
    project = behind.find_project(title).id
    proxy.order(
        Fault("/export", 504, (PAGE % b"time-out").decode(), tuple(HTML.items()), times=3)
    )

    exported = list(behind.export(project, drafts=True))

    assert proxy.faults == []
    assert len(exported) == len({one["id"] for one in exported}) == len(DOCUMENTS)
