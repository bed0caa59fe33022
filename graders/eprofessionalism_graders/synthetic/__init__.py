"""An invented cohort that answers like one: learners of differing ability who play through the same code as a click.

The model is small on purpose, and every number of it stands in these modules:

- a learner's ability is drawn from N(-0.6, 0.9), shifted by the group's experience, and rises a little with each part;
- an item's difficulty is drawn from N(0, 0.9); knowing it has the probability 1 / (1 + exp(difficulty - ability));
- who knows, answers by the key; who does not, is drawn to options by their partial credit and by chance;
- ratings and rankings are the key's levels and places with an error that shrinks as ability grows;
- stated certainty follows the probability of knowing, with noise, and is highest where overconfidence is;
- two questions of the test are read by the able as if they were ambiguous (`model.AMBIGUOUS`), for a report to find;
- the judges of a panel rate what somebody who just passes would earn, each with an error of their own (`panel`);
- an earlier cohort is a little less able and answers the same questions (`earlier`).

Everything follows from the seed. No real learner's answer, and no real judge's rating, is in it.
"""

from eprofessionalism_graders.synthetic.model import choose_answer
from eprofessionalism_graders.synthetic.people import DUE, GROUPS, RELEASE, Synthetic, cohort, last_part, sits
from eprofessionalism_graders.synthetic.playing import imagine, play
from eprofessionalism_graders.synthetic.texts import REFLECTIONS

__all__ = [
    "DUE",
    "GROUPS",
    "REFLECTIONS",
    "RELEASE",
    "Synthetic",
    "choose_answer",
    "cohort",
    "imagine",
    "last_part",
    "play",
    "sits",
]
