"""The registry of families: adding one is one file and one line here."""

from distscore.core.families.classes.bernoulli import Bernoulli
from distscore.core.families.classes.categorical import Categorical
from distscore.core.families.classes.multilabel import Multilabel
from distscore.core.families.counts.negative_binomial import NegativeBinomial
from distscore.core.families.counts.poisson import Poisson
from distscore.core.families.positive.exponential import Exponential
from distscore.core.families.positive.gamma import Gamma
from distscore.core.families.positive.inverse_gaussian import InverseGaussian
from distscore.core.families.positive.log_normal import LogNormal
from distscore.core.families.positive.pareto import Pareto
from distscore.core.families.positive.weibull import Weibull
from distscore.core.families.real.gaussian import Gaussian
from distscore.core.families.real.laplace import Laplace
from distscore.core.families.real.student_t import StudentT
from distscore.core.families.unit_interval.beta import Beta
from distscore.core.families.unit_interval.continuous_bernoulli import ContinuousBernoulli
from distscore.core.families.unit_interval.dirichlet import Dirichlet
from distscore.core.theory.distributions import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Categorical(),
        Bernoulli(),
        Multilabel(),
        Gaussian(),
        Gamma(),
        ContinuousBernoulli(),
        Beta(),
        Dirichlet(),
        Poisson(),
        Exponential(),
        NegativeBinomial(),
        LogNormal(),
        InverseGaussian(),
        Pareto(),
        Weibull(),
        Laplace(),
        StudentT(),
    )
}
