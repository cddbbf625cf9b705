"""What the columns of a file may be: queries that fit it, by the names of columns and by their numbers, best first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from distscore.core.special.elementwise import Array
from distscore.wire.table.blocks import Block, blocks
from distscore.wire.table.profile import Profile

TARGET = re.compile(r"t|targets?|true|truth|y|actual|gold|labels?|gt|p|votes?|observed|outcome|teacher")
PREDICTION = re.compile(r"z|q|logits?|pred|preds|predictions?|predicted|prob|probs|proba|scores?|model|yhat|est")
LOGITS = re.compile(r"z|logits?|scores?")
WEIGHT = re.compile(r"w|weights?|sample_weights?")
IDENTITY = re.compile(r"|id|case|index|key|uid|uuid|row|name")
MOST_SEGMENTS = 50
MOST_GUESSES = 8
WORSE = 4.0  # than the best guess: what scores less is not said
WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Guess:
    """A query, where to send it, and why."""

    path: str
    query: str
    why: str
    score: float = field(default=0.0, compare=False)

    def record(self) -> dict[str, str]:
        """The entry of the answer."""
        return {"path": self.path, "query": self.query, "why": self.why}


def named_as(name: str, words: re.Pattern[str]) -> bool:
    """Whether a name says that a column is a target, or a prediction; `y_pred` and `pred_y` are predictions."""
    found = [word.lower() for word in WORD.findall(name)]
    is_prediction = any(map(PREDICTION.fullmatch, found))
    if words is TARGET and is_prediction:
        return False
    return any(map(words.fullmatch, found))


def guesses(found: Sequence[Profile]) -> list[Guess]:
    """At most eight, best first."""
    beside = besides(found)
    of_blocks = blocks(found)
    of_classes = [*of_pairs(of_blocks), *of_labels(found, of_blocks), *of_lists(found)]
    every = [*of_classes, *([] if of_classes else of_numbers(found)), *of_targets(found, of_blocks)]
    best: dict[str, Guess] = {}
    for guess in sorted(every, key=lambda guess: -guess.score):
        if not best or guess.score > next(iter(best.values())).score - WORSE:
            best.setdefault(guess.query, guess)
    return [
        Guess(each.path, "&".join((each.query, *beside)) if "predictions" in each.query else each.query, each.why)
        for each in list(best.values())[:MOST_GUESSES]
    ]


def besides(found: Sequence[Profile]) -> list[str]:
    """Parameters for weights, segments and the names of rows, where a column looks like one."""
    parameters = []
    for profile in found:
        if (
            WEIGHT.fullmatch(profile.name.lower())
            and profile.numbers is not None
            and len(profile.known)
            and (profile.known >= 0).all()
        ):
            parameters.append(parameter("sample_weights", profile.name))
            break
    segments = [each.name for each in found if each.kind == "text" and 2 <= len(each.distinct) <= MOST_SEGMENTS]
    repeated = [
        name for name in segments if not TARGET.fullmatch(name.lower()) and not IDENTITY.fullmatch(name.lower())
    ]
    if repeated:
        parameters.append(parameter("groups", repeated[0]))
    identity = next((each.name for each in found if each.name and IDENTITY.fullmatch(each.name.lower())), None)
    return [*parameters, *([parameter("id", identity)] if identity else [])]


def of_pairs(found: Sequence[Block]) -> Iterator[Guess]:
    """Targets and predictions with the same classes."""
    for target, prediction in permutations(found, 2):
        if set(target.stars) != set(prediction.stars):
            continue
        score = 2.0 * named_as(target.pattern, TARGET) + 2.0 * named_as(prediction.pattern, PREDICTION)
        score -= 2.0 * named_as(target.pattern, PREDICTION) + 2.0 * named_as(prediction.pattern, TARGET)
        column, why, fits, options = reading(target)
        if column is None:
            continue
        sent, says, options_of_prediction = predicted(prediction)
        options = options or options_of_prediction
        query = [
            "family=categorical",
            parameter(f"targets.{column}", target.pattern),
            parameter(f"predictions.{sent}", prediction.pattern),
            *options,
        ]
        explained = f"{why}; {prediction.pattern} {says}, with the same {len(target.stars)} classes"
        yield Guess("/v1/score", "&".join(query), explained, score + fits + (sent != "probabilities"))


def reading(block: Block) -> tuple[str | None, str, float, list[str]]:
    """The column that a block may be among the targets, why, how well it fits, and the options that it needs."""
    if block.is_exact:
        return "probabilities", f"rows of {block.pattern} sum to 1", 2.0, []
    if block.are_votes:
        return "counts", f"{block.pattern} are whole numbers, as votes are", 2.0, []
    if block.is_rounded:
        why = f"rows of {block.pattern} sum to 1 but for rounding: they are divided by their sum"
        return "probabilities", why, 1.5, ["normalization=rescale"]
    return None, "", 0.0, []


def predicted(block: Block) -> tuple[str, str, list[str]]:
    """The column that a block may be among the predictions, what it looks like, and the options that it needs."""
    if block.are_log_probabilities:
        return "log_probabilities", "are logarithms of probabilities", []
    if block.is_exact and not named_as(block.pattern, LOGITS):
        return "probabilities", "sum to 1", []
    if block.is_rounded and not named_as(block.pattern, LOGITS):
        return "probabilities", "sum to 1 but for rounding", ["normalization=rescale"]
    return "logits", "do not sum to 1, as logits", []


def of_labels(found: Sequence[Profile], of_blocks: Sequence[Block]) -> Iterator[Guess]:
    """A column of labels beside predictions of every class."""
    for block in of_blocks:
        sent, says, options = predicted(block)
        for profile in found:
            if profile in block.profiles or profile.kind not in ("integer", "text"):
                continue
            names = set(profile.distinct) if profile.kind == "text" else {f"{each:.0f}" for each in set(profile.known)}
            positions = (
                profile.kind == "integer" and (profile.known >= 0).all() and profile.known.max() < len(block.stars)
            )
            named = bool(names) and names <= set(block.stars)
            if not named and not positions:
                continue
            has = "names of" if named else "positions among"
            why = f"{profile.name} has {has} the classes of {block.pattern}, which {says}"
            query = ["family=categorical", parameter("targets.labels", profile.name)]
            query += [parameter(f"predictions.{sent}", block.pattern), *options]
            yield Guess("/v1/score", "&".join(query), why, 2.0 + 2 * named + 2.0 * named_as(profile.name, TARGET))


def of_lists(found: Sequence[Profile]) -> Iterator[Guess]:
    """Two columns of lists of the same length."""
    lists = [each for each in found if each.kind == "list" and each.numbers is not None]
    for target, prediction in permutations(lists, 2):
        assert target.numbers is not None
        assert prediction.numbers is not None
        if target.numbers.shape != prediction.numbers.shape:
            continue
        own, other = (Block(each.name, [], _split(each)) for each in (target, prediction))
        column, why, fits, options = reading(own)
        if column is not None:
            sent, says, more = predicted(other)
            query = ["family=categorical", parameter(f"targets.{column}", target.name)]
            query += [parameter(f"predictions.{sent}", prediction.name), *(options or more)]
            score = (
                fits
                + 2.0 * named_as(own.pattern, TARGET)
                - 2.0 * named_as(own.pattern, PREDICTION)
                + (sent != "probabilities")
            )
            yield Guess("/v1/score", "&".join(query), f"{why}; {prediction.name} {says}", score)


def _split(profile: Profile) -> list[Profile]:
    """A column of lists as a column per entry."""
    assert profile.numbers is not None
    return [Profile(profile.name, pa.chunked_array([pa.array(column)]), False) for column in profile.numbers.T]


def of_numbers(found: Sequence[Profile]) -> Iterator[Guess]:
    """Two columns of numbers: an observation or a probability, and what was predicted of it."""
    numbers = [each for each in found if each.kind in ("integer", "number", "boolean") and len(each.known)]
    for target, prediction in permutations(numbers, 2):
        named = named_as(target.name, TARGET) + named_as(prediction.name, PREDICTION)
        named -= named_as(target.name, PREDICTION) + named_as(prediction.name, TARGET)
        if named < 1:
            continue
        y, q = target.known, prediction.known
        for family, columns, why in families(y, q, named_as(prediction.name, LOGITS)):
            query = [f"family={family}", parameter(f"targets.{columns[0]}", target.name)]
            query.append(parameter(f"predictions.{columns[1]}", prediction.name))
            yield Guess("/v1/score", "&".join(query), f"{target.name} {why}", named + 0.5)


def families(y: Array, q: Array, logits: bool) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Families of observations and predictions, in the order in which they come to mind."""
    inside = bool((q >= 0).all() and (q <= 1).all()) and not logits
    if np.isin(y, (0, 1)).all():
        yield "bernoulli", ("probabilities", "probabilities" if inside else "logits"), "is 0 or 1"
    elif (y >= 0).all() and (y <= 1).all():
        yield "bernoulli", ("probabilities", "probabilities" if inside else "logits"), "is in [0, 1]: a probability?"
    elif (y >= 0).all() and (y == np.floor(y)).all() and (q > 0).all():
        yield "poisson", ("values", "rate"), "are whole numbers, as counts are"
    else:
        yield "gaussian", ("values", "mean"), "are numbers of any size"


def of_targets(found: Sequence[Profile], of_blocks: Sequence[Block]) -> Iterator[Guess]:
    """Targets alone: which loss fits them?"""
    for block in of_blocks:
        column, why, fits, options = reading(block)
        if column is not None:
            query = "&".join((parameter(f"targets.{column}", block.pattern), *options))
            yield Guess(
                "/v1/advise",
                query,
                f"{why}: which loss fits them?",
                fits / 4 - 2.0 * named_as(block.pattern, PREDICTION),
            )
    for profile in found:
        if profile.kind in ("integer", "number") and named_as(profile.name, TARGET):
            query = parameter("targets.values", profile.name)
            yield Guess("/v1/advise", query, f"{profile.name} has one number per row: which family fits them?", 0.1)


def parameter(name: str, value: str) -> str:
    """One parameter of a query, as a URL has it."""
    return f"{name}={quote(value, safe='*_.,:-')}"
