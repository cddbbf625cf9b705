"""What a wrong request is told: the status, the code, and where."""

import gzip
import json
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SOFT = {
    "family": "categorical",
    "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
}
EVENT = {"family": "bernoulli", "targets": {"probabilities": [0.3, 1]}, "predictions": {"logits": [0.1, -2]}}
LABELS = {
    "family": "multilabel",
    "targets": {"probabilities": [[0.3, 1.0]]},
    "predictions": {"probabilities": [[0.5, 0.5]]},
}
NORMAL = {
    "family": "gaussian",
    "targets": {"values": [1.0, 2.0]},
    "predictions": {"mean": [1.0, 2.5], "standard_deviation": [1.0, 0.5]},
}
GAMMA = {"family": "gamma", "targets": {"values": [1.0, 2.0]}, "predictions": {"mean": [1.0, 2.5]}}
POISSON = {"family": "poisson", "targets": {"values": [1, 2]}, "predictions": {"rate": [1.0, 2.5]}}

ROW = [0.7, 0.2, 0.1]
WIDE, LONG = [[0] * 201] * 2, [[0] * 200] * 30  # the fixture's limits are 200 classes and 5000 numbers
# Name, base, members to set (None: to take away), pointer, code.
WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("no_family", SOFT, {"family": ...}, "/family", "missing"),
    ("unknown_family", SOFT, {"family": "softmax"}, "/family", "unknown_name"),
    ("family_is_a_number", SOFT, {"family": 3}, "/family", "wrong_type"),
    ("family_is_a_list", SOFT, {"family": ["categorical"]}, "/family", "wrong_type"),
    ("family_is_null", SOFT, {"family": None}, "/family", "wrong_type"),
    ("no_targets", SOFT, {"targets": ...}, "/targets", "missing"),
    ("targets_null", SOFT, {"targets": None}, "/targets", "wrong_type"),
    ("targets_are_a_list", SOFT, {"targets": [ROW]}, "/targets", "wrong_type"),
    ("no_predictions", SOFT, {"predictions": ...}, "/predictions", "missing"),
    ("predictions_empty", SOFT, {"predictions": {}}, "/predictions", "missing"),
    ("predictions_are_text", SOFT, {"predictions": "logits"}, "/predictions", "wrong_type"),
    ("unknown_member", SOFT, {"weights": [1, 2]}, "/weights", "unknown_member"),
    ("foreign_column", SOFT, {"predictions": {"mean": [1, 2]}}, "/predictions/mean", "unknown_member"),
    (
        "column_too_many",
        SOFT,
        {"predictions": {"logits": [ROW, ROW], "mean": [1, 2]}},
        "/predictions/mean",
        "unknown_member",
    ),
    ("half_a_form", NORMAL, {"predictions": {"standard_deviation": [1, 2]}}, "/predictions/mean", "missing"),
    ("half_a_target", NORMAL, {"targets": {"mean": [1, 2]}}, "/targets/standard_deviation", "missing"),
    ("two_forms", SOFT, {"targets": {"probabilities": [ROW, ROW], "labels": [0, 1]}}, "/targets", "wrong_form"),
    (
        "quoted_number",
        SOFT,
        {"targets": {"probabilities": [["0.7", 0.2, 0.1], ROW]}},
        "/targets/probabilities/0/0",
        "wrong_type",
    ),
    (
        "true_is_no_number",
        SOFT,
        {"targets": {"probabilities": [ROW, [True, 0, 0]]}},
        "/targets/probabilities/1/0",
        "wrong_type",
    ),
    ("null_entry", SOFT, {"predictions": {"logits": [ROW, [None, 0, 0]]}}, "/predictions/logits/1/0", "wrong_type"),
    ("object_entry", SOFT, {"predictions": {"logits": [ROW, [{}, 0, 0]]}}, "/predictions/logits/1/0", "wrong_type"),
    ("column_is_a_number", SOFT, {"predictions": {"logits": 3}}, "/predictions/logits", "wrong_type"),
    ("column_is_text", SOFT, {"predictions": {"logits": "1,2,3"}}, "/predictions/logits", "wrong_type"),
    ("column_is_an_object", SOFT, {"predictions": {"logits": {"0": ROW}}}, "/predictions/logits", "wrong_type"),
    ("row_is_a_number", SOFT, {"predictions": {"logits": [ROW, 3]}}, "/predictions/logits/1", "wrong_type"),
    ("row_is_null", SOFT, {"predictions": {"logits": [None, ROW]}}, "/predictions/logits/0", "wrong_type"),
    ("ragged", SOFT, {"predictions": {"logits": [ROW, [1, 2]]}}, "/predictions/logits/1", "ragged_array"),
    ("ragged_empty_row", SOFT, {"predictions": {"logits": [ROW, []]}}, "/predictions/logits/1", "ragged_array"),
    ("too_deep", SOFT, {"predictions": {"logits": [[ROW], [ROW]]}}, "/predictions/logits", "shape_mismatch"),
    ("too_flat", SOFT, {"predictions": {"logits": ROW}}, "/predictions/logits", "shape_mismatch"),
    ("column_of_boxes", NORMAL, {"targets": {"values": [[1.0], [2.0]]}}, "/targets/values", "shape_mismatch"),
    ("other_rows", SOFT, {"predictions": {"logits": [ROW]}}, "/predictions/logits", "shape_mismatch"),
    ("other_classes", SOFT, {"predictions": {"logits": [[1, 2], [3, 4]]}}, "/predictions/logits", "shape_mismatch"),
    (
        "one_class",
        SOFT,
        {"targets": {"probabilities": [[1.0]]}, "predictions": {"logits": [[0.0]]}},
        "/targets/probabilities",
        "shape_mismatch",
    ),
    ("no_rows", SOFT, {"targets": {"probabilities": []}}, "/targets/probabilities", "empty_batch"),
    ("no_prediction_rows", NORMAL, {"predictions": {"mean": [], "variance": []}}, "/predictions/mean", "empty_batch"),
    ("rows_without_entries", SOFT, {"predictions": {"logits": [[], []]}}, "/predictions/logits", "shape_mismatch"),
    (
        "huge_integer",
        SOFT,
        {"predictions": {"logits": [ROW, [10**400, 0, 0]]}},
        "/predictions/logits/1/0",
        "not_finite",
    ),
    (
        "negative_probability",
        SOFT,
        {"targets": {"probabilities": [ROW, [-0.1, 0.6, 0.5]]}},
        "/targets/probabilities/1/0",
        "negative",
    ),
    (
        "probability_above_one",
        EVENT,
        {"targets": {"probabilities": [0.3, 1.01]}},
        "/targets/probabilities/1",
        "out_of_range",
    ),
    ("negative_event", EVENT, {"targets": {"probabilities": [-1e-9, 1]}}, "/targets/probabilities/0", "negative"),
    (
        "row_sums_to_two",
        SOFT,
        {"targets": {"probabilities": [ROW, [0.7, 0.7, 0.6]]}},
        "/targets/probabilities/1",
        "not_normalized",
    ),
    (
        "percent",
        SOFT,
        {"targets": {"probabilities": [[70, 20, 10], [0, 100, 0]]}},
        "/targets/probabilities/0",
        "not_normalized",
    ),
    (
        "row_of_zeros",
        SOFT,
        {"targets": {"probabilities": [ROW, [0, 0, 0]]}},
        "/targets/probabilities/1",
        "not_normalized",
    ),
    (
        "row_of_zeros_rescaled",
        SOFT,
        {"targets": {"probabilities": [ROW, [0, 0, 0]]}, "normalization": "rescale"},
        "/targets/probabilities/1",
        "not_normalized",
    ),
    (
        "predictions_sum",
        SOFT,
        {"predictions": {"probabilities": [[0.5, 0.5, 0.5], ROW]}},
        "/predictions/probabilities/0",
        "not_normalized",
    ),
    (
        "log_probabilities_sum",
        SOFT,
        {"predictions": {"log_probabilities": [[0.0, 0.0, 0.0], [-1.0986122886681098] * 3]}},
        "/predictions/log_probabilities/0",
        "not_normalized",
    ),
    ("label_too_large", SOFT, {"targets": {"labels": [0, 3]}}, "/targets/labels/1", "out_of_range"),
    ("label_fraction", SOFT, {"targets": {"labels": [0, 0.5]}}, "/targets/labels/1", "wrong_type"),
    ("negative_label", SOFT, {"targets": {"labels": [0, -1]}}, "/targets/labels/1", "negative"),
    ("negative_count", SOFT, {"targets": {"counts": [[1, 2, -3], ROW]}}, "/targets/counts/0/2", "negative"),
    ("no_votes", SOFT, {"targets": {"counts": [[0, 0, 0], ROW]}}, "/targets/counts/0", "not_normalized"),
    (
        "more_successes",
        EVENT,
        {"targets": {"successes": [3, 1], "trials": [2, 4]}},
        "/targets/successes/0",
        "out_of_range",
    ),
    ("no_trials", EVENT, {"targets": {"successes": [0, 1], "trials": [0, 4]}}, "/targets/trials/0", "out_of_range"),
    ("zero_score", SOFT, {"predictions": {"scores": [ROW, [0, 1, 2]]}}, "/predictions/scores/1/0", "out_of_range"),
    ("negative_score", SOFT, {"predictions": {"scores": [ROW, [-2, 1, 2]]}}, "/predictions/scores/1/0", "out_of_range"),
    (
        "zero_spread",
        NORMAL,
        {"predictions": {"mean": [1, 2], "standard_deviation": [0, 1]}},
        "/predictions/standard_deviation/0",
        "out_of_range",
    ),
    (
        "negative_variance",
        NORMAL,
        {"predictions": {"mean": [1, 2], "variance": [1, -1]}},
        "/predictions/variance/1",
        "out_of_range",
    ),
    (
        "subnormal_spread",
        NORMAL,
        {"predictions": {"mean": [1, 2], "variance": [1, 1e-310]}},
        "/predictions/variance/1",
        "out_of_range",
    ),
    (
        "activation_underflows",
        NORMAL,
        {"predictions": {"mean": [1, 2], "variance": [1, -800]}, "activations": {"variance": "exp"}},
        "/predictions/variance/1",
        "out_of_range",
    ),
    (
        "activation_overflows",
        NORMAL,
        {"predictions": {"mean": [1, 2], "variance": [1, 800]}, "activations": {"variance": "exp"}},
        "/predictions/variance/1",
        "out_of_range",
    ),
    ("zero_amount", GAMMA, {"targets": {"values": [0, 1]}}, "/targets/values/0", "out_of_range"),
    ("negative_amount", GAMMA, {"targets": {"values": [-2, 1]}}, "/targets/values/0", "out_of_range"),
    ("negative_counted", POISSON, {"targets": {"values": [-2, 1]}}, "/targets/values/0", "negative"),
    (
        "impossible_moments",
        NORMAL,
        {"targets": {"expectations": [[1, 0.5], [1, 2]]}},
        "/targets/expectations/0",
        "out_of_range",
    ),
    (
        "three_expectations",
        NORMAL,
        {"targets": {"expectations": [[1, 2, 3], [1, 2, 3]]}},
        "/targets/expectations",
        "shape_mismatch",
    ),
    (
        "natural_sign",
        NORMAL,
        {"predictions": {"natural": [[1, 0.5], [1, -2]]}},
        "/predictions/natural/0/1",
        "out_of_range",
    ),
    ("unknown_loss", SOFT, {"loss": "crossentropy"}, "/loss", "unknown_name"),
    ("loss_elsewhere", SOFT, {"loss": "crps"}, "/loss", "not_available"),
    ("loss_is_a_number", SOFT, {"loss": 1}, "/loss", "wrong_type"),
    ("kl_of_values", NORMAL, {"loss": "kl_divergence"}, "/loss", "not_available"),
    ("loss_parameter_elsewhere", SOFT, {"loss_parameters": {"gamma": 2}}, "/loss_parameters/gamma", "unknown_member"),
    ("loss_parameter_unknown", SOFT, {"loss_parameters": {"delta": 2}}, "/loss_parameters/delta", "unknown_member"),
    (
        "loss_parameter_text",
        SOFT,
        {"loss": "focal", "loss_parameters": {"gamma": "2"}},
        "/loss_parameters/gamma",
        "wrong_type",
    ),
    (
        "loss_parameter_negative",
        SOFT,
        {"loss": "focal", "loss_parameters": {"gamma": -1}},
        "/loss_parameters/gamma",
        "out_of_range",
    ),
    (
        "constant_of_other_form",
        NORMAL,
        {"family_parameters": {"standard_deviation": 2}},
        "/family_parameters/standard_deviation",
        "unknown_member",
    ),
    ("constant_unknown", GAMMA, {"family_parameters": {"rate": 2}}, "/family_parameters/rate", "unknown_member"),
    ("constant_zero", GAMMA, {"family_parameters": {"shape": 0}}, "/family_parameters/shape", "out_of_range"),
    ("constant_text", GAMMA, {"family_parameters": {"shape": "2"}}, "/family_parameters/shape", "wrong_type"),
    ("constant_list", GAMMA, {"family_parameters": {"shape": [2]}}, "/family_parameters/shape", "wrong_type"),
    (
        "constant_missing",
        {"family": "negative_binomial", "targets": {"values": [1]}, "predictions": {"mean": [2]}},
        {},
        "/family_parameters/dispersion",
        "missing",
    ),
    ("activation_unknown", NORMAL, {"activations": {"mean": "relu"}}, "/activations/mean", "unknown_name"),
    (
        "activation_illegal",
        SOFT,
        {"predictions": {"probabilities": [ROW, ROW]}, "activations": {"probabilities": "sigmoid"}},
        "/activations/probabilities",
        "activation_not_legal",
    ),
    ("activation_of_nothing", NORMAL, {"activations": {"variance": "exp"}}, "/activations/variance", "unknown_member"),
    ("activation_type", NORMAL, {"activations": {"mean": 3}}, "/activations/mean", "wrong_type"),
    ("activations_type", NORMAL, {"activations": "exp"}, "/activations", "wrong_type"),
    ("weights_too_few", SOFT, {"sample_weights": [1]}, "/sample_weights", "shape_mismatch"),
    ("weights_negative", SOFT, {"sample_weights": [1, -1]}, "/sample_weights/1", "negative"),
    ("weights_all_zero", SOFT, {"sample_weights": [0, 0]}, "/sample_weights", "all_weights_zero"),
    ("weights_too_heavy", SOFT, {"sample_weights": [1, 1e151]}, "/sample_weights/1", "out_of_range"),
    ("weights_nested", SOFT, {"sample_weights": [[1], [1]]}, "/sample_weights", "shape_mismatch"),
    ("weights_scalar", SOFT, {"sample_weights": 2}, "/sample_weights", "wrong_type"),
    ("class_weights_too_few", SOFT, {"class_weights": [1, 2]}, "/class_weights", "shape_mismatch"),
    ("class_weights_negative", SOFT, {"class_weights": [1, -2, 1]}, "/class_weights/1", "negative"),
    ("class_weights_zero", SOFT, {"class_weights": [0, 0, 0]}, "/class_weights", "all_weights_zero"),
    ("class_weights_of_a_mean", NORMAL, {"class_weights": [1]}, "/class_weights", "not_available"),
    ("class_weights_of_an_event", EVENT, {"class_weights": [1, 2]}, "/class_weights", "not_available"),
    (
        "class_weights_elsewhere",
        SOFT,
        {"loss": "kl_divergence", "class_weights": [1, 2, 3]},
        "/class_weights",
        "not_available",
    ),
    ("positive_weight_zero", EVENT, {"positive_weight": 0}, "/positive_weight", "out_of_range"),
    ("positive_weight_elsewhere", SOFT, {"positive_weight": 2}, "/positive_weight", "not_available"),
    ("positive_weight_of_brier", EVENT, {"loss": "brier", "positive_weight": 2}, "/positive_weight", "not_available"),
    ("mask_of_an_event", EVENT, {"mask": [[True], [False]]}, "/mask", "not_available"),
    ("mask_shape", SOFT, {"mask": [[True, True, True]]}, "/mask", "shape_mismatch"),
    ("mask_of_numbers", SOFT, {"mask": [[1, 1, 1], [1, 1, 1]]}, "/mask/0/0", "wrong_type"),
    (
        "mask_leaves_nothing",
        SOFT,
        {"mask": [[True, True, True], [True, False, True]]},
        "/targets/probabilities/1",
        "nothing_left",
    ),
    ("classes_too_few", SOFT, {"classes": ["a", "b"]}, "/classes", "shape_mismatch"),
    ("classes_twice", SOFT, {"classes": ["a", "b", "a"]}, "/classes/2", "duplicate_name"),
    ("classes_of_numbers", SOFT, {"classes": [1, 2, 3]}, "/classes/0", "wrong_type"),
    ("tag_too_long", SOFT, {"tag": "x" * 201}, "/tag", "out_of_range"),
    ("reduction_unknown", SOFT, {"reduction": "average"}, "/reduction", "unknown_name"),
    ("output_unknown", SOFT, {"outputs": ["loss"]}, "/outputs/0", "unknown_name"),
    ("output_diagnostic_unknown", SOFT, {"outputs": ["diagnostics.luck"]}, "/outputs/0", "unknown_name"),
    ("outputs_type", SOFT, {"outputs": "losses"}, "/outputs", "wrong_type"),
    ("value_without_reduction", SOFT, {"reduction": "none", "outputs": ["value"]}, "/outputs/0", "not_available"),
    (
        "normalization_terms_of_brier",
        SOFT,
        {"loss": "brier", "outputs": ["losses", "normalization_terms"]},
        "/outputs/1",
        "not_available",
    ),
    ("kl_divergence_unnormalized", SOFT, {"loss": "kl_divergence", "normalization": "none"}, "/loss", "not_available"),
    ("deviance_unnormalized", SOFT, {"loss": "deviance", "normalization": "none"}, "/loss", "not_available"),
    (
        "focal_above_1",
        SOFT,
        {"loss": "focal", "normalization": "none", "predictions": {"probabilities": [[0.5, 1.5, 0.1], ROW]}},
        "/predictions/probabilities/0/1",
        "out_of_range",
    ),
    ("positive_weights_too_few", LABELS, {"positive_weight": [1, 2, 3]}, "/positive_weight", "shape_mismatch"),
    ("positive_weights_zero", LABELS, {"positive_weight": [1, 0]}, "/positive_weight/1", "out_of_range"),
    ("positive_weights_of_an_event", EVENT, {"positive_weight": [1, 2]}, "/positive_weight", "wrong_type"),
    ("missing_unknown", SOFT, {"missing": "drop"}, "/missing", "unknown_name"),
    ("normalization_unknown", SOFT, {"normalization": "softmax"}, "/normalization", "unknown_name"),
    ("normalization_elsewhere", NORMAL, {"normalization": "rescale"}, "/normalization", "not_available"),
    ("smoothing_one", SOFT, {"label_smoothing": 1}, "/label_smoothing", "out_of_range"),
    ("smoothing_negative", SOFT, {"label_smoothing": -0.1}, "/label_smoothing", "out_of_range"),
    ("smoothing_elsewhere", NORMAL, {"label_smoothing": 0.1}, "/label_smoothing", "not_available"),
    ("temperature_zero", SOFT, {"temperature": 0}, "/temperature", "out_of_range"),
    ("temperature_without_logits", LABELS, {"temperature": 2}, "/temperature", "not_available"),
    ("clip_of_logits", SOFT, {"clip": 1e-6}, "/clip", "not_available"),
    ("clip_too_large", LABELS, {"clip": 0.1}, "/clip", "out_of_range"),
    ("count_weighting_of_probabilities", SOFT, {"count_weighting": "rows"}, "/count_weighting", "not_available"),
    ("count_weighting_unknown", SOFT, {"count_weighting": "each"}, "/count_weighting", "unknown_name"),
    ("fisher_of_focal", SOFT, {"loss": "focal", "outputs": ["fisher_diagonals"]}, "/outputs/0", "not_available"),
]

# Name, body, headers, status, code.
UNREADABLE: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("empty", b"", JSON, 400, "malformed_json"),
    ("cut_off", b'{"family": "categor', JSON, 400, "malformed_json"),
    ("trailing_comma", b'{"family": "categorical",}', JSON, 400, "malformed_json"),
    ("two_documents", b"{} {}", JSON, 400, "malformed_json"),
    ("duplicate_member", b'{"family": "categorical", "family": "gamma"}', JSON, 400, "malformed_json"),
    ("nan", b'{"family": NaN}', JSON, 400, "malformed_json"),
    ("infinity", b'{"temperature": Infinity}', JSON, 400, "malformed_json"),
    ("not_utf8", b'{"family": "\xff\xfe"}', JSON, 400, "malformed_json"),
    ("lone_surrogate", b'{"family": "\\ud800"}', JSON, 400, "malformed_json"),
    ("single_quotes", b"{'family': 'categorical'}", JSON, 400, "malformed_json"),
    ("deep", b"[" * 50_000, JSON, 400, "malformed_json"),
    ("array", b"[]", JSON, 422, "invalid_request"),
    ("text", b'"hello"', JSON, 422, "invalid_request"),
    ("null", b"null", JSON, 422, "invalid_request"),
    ("form", b"family=categorical", FORM, 415, "unsupported_media_type"),
    ("no_content_type", b"{}", {}, 415, "unsupported_media_type"),
    ("latin1", b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415, "unsupported_media_type"),
    ("brotli", b"{}", {**JSON, "Content-Encoding": "br"}, 415, "unsupported_content_encoding"),
    ("wants_xml", b"{}", {**JSON, "Accept": "application/xml"}, 406, "not_acceptable"),
    ("refuses_json", b"{}", {**JSON, "Accept": "application/json;q=0"}, 406, "not_acceptable"),
    ("no_gzip", b"{}", {**JSON, "Content-Encoding": "gzip"}, 400, "bad_content_encoding"),
    ("half_gzip", gzip.compress(b"{}" * 100)[:-9], {**JSON, "Content-Encoding": "gzip"}, 400, "truncated_body"),
    ("bomb", gzip.compress(b" " * 50_000_000), {**JSON, "Content-Encoding": "gzip"}, 413, "body_too_large"),
    ("too_large", b" " * 200_001, JSON, 413, "body_too_large"),
    ("commas", b"[" + b"0," * 50_000 + b"0]", JSON, 413, "too_many_entries"),
    ("rows", json.dumps({**POISSON, "targets": {"values": [1] * 1001}}).encode(), JSON, 413, "too_many_rows"),
    ("classes", json.dumps({**SOFT, "predictions": {"logits": WIDE}}).encode(), JSON, 413, "too_many_classes"),
    ("entries", json.dumps({**SOFT, "predictions": {"logits": LONG}}).encode(), JSON, 413, "too_many_entries"),
]  # fmt: skip


def changed(base: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    together = {**base, **members}
    return {name: value for name, value in together.items() if value is not ...}


@pytest.mark.parametrize(
    ("base", "members", "pointer", "code"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG]
)
async def test_wrong_members(
    client: httpx.AsyncClient, base: dict[str, Any], members: dict[str, Any], pointer: str, code: str
) -> None:
    """A document that is wrong is refused with 422, and the errors say what is wrong and where."""
    answer = await client.post("/v1/score", content=json.dumps(changed(base, members)).encode(), headers=JSON)
    document = answer.json()
    assert (answer.status_code, document["code"]) == (422, "invalid_request")
    assert answer.headers["content-type"] == "application/problem+json"
    found = [(error["pointer"], error["code"]) for error in document["errors"]]
    assert (pointer, code) in found, document
    assert document["error_count"] >= len(found)
    assert document["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE]
)
async def test_unreadable_bodies(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    """A body that cannot be read, or is too large, is refused with the status that says so."""
    answer = await client.post("/v1/score", content=body, headers=headers)
    document = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code), document
    assert answer.headers["content-type"] == "application/problem+json"


async def test_all_mistakes_are_named_and_few_are_listed(client: httpx.AsyncClient) -> None:
    """All wrong entries are counted, twenty are spelled out, and nothing of the payload is echoed but scalars."""
    rows = [[-0.123456789, 0.6, 0.523456789]] * 30
    document = {"family": "categorical", "targets": {"probabilities": rows}, "predictions": {"logits": rows}}
    answer = (await client.post("/v1/score", json=document)).json()
    assert answer["error_count"] == 30
    assert len(answer["errors"]) == 20


async def test_hints(client: httpx.AsyncClient) -> None:
    """A mistake that many make is named in a hint."""
    percent = changed(SOFT, {"targets": {"probabilities": [[70, 20, 10], [0, 100, 0]]}})
    boxed = changed(NORMAL, {"targets": {"values": [[1.0], [2.0]]}})
    for document, word in ((percent, "percent"), (boxed, "unbox")):
        errors = (await client.post("/v1/score", json=document)).json()["errors"]
        assert word in errors[0]["hint"]


async def test_errors_stand_in_order(client: httpx.AsyncClient) -> None:
    """What is wrong with members is told in the same order in every process: that of the contract."""
    document = {**NORMAL, "mask": [[True]], "clip": 0.001, "label_smoothing": 0.1, "temperature": 2, "classes": ["a"]}
    errors = (await client.post("/v1/score", json=document)).json()["errors"]
    pointers = ["/mask", "/label_smoothing", "/clip", "/temperature", "/classes"]
    assert [error["pointer"] for error in errors] == pointers


async def test_merging_what_is_not_there(client: httpx.AsyncClient) -> None:
    """A member of another name is answered with the one that there is."""
    answer = (await client.post("/v1/summaries/merge", json={"state": ["x"]})).json()
    assert [(each["pointer"], each.get("hint")) for each in answer["errors"]] == [
        ("/state", "did you mean states?"),
        ("/states", None),
    ]
