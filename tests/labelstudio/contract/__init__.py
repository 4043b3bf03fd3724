"""
What we rely on of Label Studio: the twin in memory and the real server alike.

Who keeps the contract gives the fixtures ``studio`` and ``hands``, people who work there, and takes
in all that is here.
"""

from labelstudio.contract.adjudication import *  # noqa: F403
from labelstudio.contract.exports import *  # noqa: F403
from labelstudio.contract.projects import *  # noqa: F403
from labelstudio.contract.samples import *  # noqa: F403
from labelstudio.contract.suggestions import *  # noqa: F403
from labelstudio.contract.task_data import *  # noqa: F403
from labelstudio.contract.task_lists import *  # noqa: F403
from labelstudio.contract.verdicts import *  # noqa: F403
from labelstudio.contract.work import *  # noqa: F403
