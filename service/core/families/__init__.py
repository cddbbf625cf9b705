"""The registry of families: adding one is one file and one line here."""

from service.core.families.bernoulli import Bernoulli
from service.core.families.beta import Beta
from service.core.families.categorical import Categorical
from service.core.families.continuous_bernoulli import ContinuousBernoulli
from service.core.families.dirichlet import Dirichlet
from service.core.families.exponential import Exponential
from service.core.families.gamma import Gamma
from service.core.families.gaussian import Gaussian
from service.core.families.inverse_gaussian import InverseGaussian
from service.core.families.laplace import Laplace
from service.core.families.log_normal import LogNormal
from service.core.families.multilabel import Multilabel
from service.core.families.negative_binomial import NegativeBinomial
from service.core.families.pareto import Pareto
from service.core.families.poisson import Poisson
from service.core.families.student_t import StudentT
from service.core.spine import Family

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
        Laplace(),
        StudentT(),
    )
}
