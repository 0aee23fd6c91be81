"""Hostile and damaged model files are refused with a reason, before the runtime sees them."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from modelfile_samples import SIZE, WIDTH, make_sample
from onnx import TensorProto, helper, numpy_helper

from sortal.errors import ModelFileError
from sortal.modelfile import load_model, read_card
from sortal.modelfile import reader as reader_module
from sortal.modelfile.assemble import assemble
from sortal.modelfile.checksum import seal


@cache
def sound() -> bytes:
    parts = make_sample().parts
    trunk = onnx.load_model_from_string(parts.trunk)
    return assemble(trunk, head=parts.head, card=parts.card)


def opened() -> onnx.ModelProto:
    """The sound model as a graph, without its seal."""
    model = onnx.load_model_from_string(sound())
    del model.metadata_props[-1]
    return model


def sealed(model: onnx.ModelProto) -> bytes:
    return seal(model.SerializeToString(deterministic=True))


def refused(data: bytes, reason: str) -> None:
    for read in (load_model, read_card):
        with pytest.raises(ModelFileError, match=reason):
            read(data)


def test_the_sound_file_is_read_and_resealing_changes_nothing() -> None:
    assert load_model(sound()).classes[0] == "bolt"
    assert sealed(opened()) == sound()


# --- files of another kind ---------------------------------------------------------------


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"weights": [1, 2]}))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\x00", "does not end in Sortal's checksum"),
        (b"\xff" * 5000, "does not end in Sortal's checksum"),
        (os.urandom(5000), "does not end in Sortal's checksum"),
        (pickle.dumps({"weights": [1, 2]}, protocol=2), "a Python pickle"),
        (pickle.dumps({"weights": [1, 2]}, protocol=4), "a Python pickle"),
        (pickle.dumps({"weights": [1, 2]}, protocol=5), "a Python pickle"),
        (zipped(), "a zip archive, as PyTorch"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(100), "a TensorFlow Lite model"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b'{"model": 1}', "a JSON text"),
        (b"<!doctype html>", "an HTML or XML text"),
    ],
)
def test_other_kinds_of_file_are_named(data: bytes, reason: str) -> None:
    refused(data, reason)


class Trap:
    """Unpickling this would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap.onnx"
    trap.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    refused(trap.read_bytes(), "a Python pickle")
    with pytest.raises(ModelFileError, match=r"trap\.onnx: The file is a Python pickle"):
        load_model(trap)
    assert not (tmp_path / "sprung").exists()


def test_an_onnx_model_of_another_origin_is_refused() -> None:
    refused(make_sample().parts.trunk, "a model that Sortal did not write")


def test_missing_folders_pipes_and_huge_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelFileError, match=r"cannot be read \(No such file"):
        load_model(tmp_path / "absent.onnx")
    with pytest.raises(ModelFileError, match="not a file"):
        load_model(tmp_path)
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(ModelFileError, match="not a file"):
        load_model(tmp_path / "pipe.onnx")
    with (tmp_path / "huge.onnx").open("wb") as file:
        file.truncate(2**40)  # sparse: takes no room
    with pytest.raises(ModelFileError, match=r"1,099,511,627,776 bytes is too large"):
        load_model(tmp_path / "huge.onnx")
    monkeypatch.setattr(reader_module, "MAX_BYTES", 1000)
    with pytest.raises(ModelFileError, match="too large"):
        load_model(sound())


# --- damage --------------------------------------------------------------------------------


def test_every_truncation_is_refused() -> None:
    data = sound()
    for length in {*range(0, len(data), 97), *range(len(data) - 70, len(data))}:
        with pytest.raises(ModelFileError):
            read_card(data[:length])


def test_every_flipped_byte_is_refused() -> None:
    rng = np.random.default_rng(0)
    data = sound()
    places = {*rng.integers(0, len(data), 400).tolist(), 0, len(data) - 1, len(data) - 64}
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(rng.integers(8))
        with pytest.raises(ModelFileError):
            read_card(bytes(flipped))


def test_bytes_before_or_behind_are_refused() -> None:
    refused(b"\x00" + sound(), "do not match its checksum")
    refused(sound() + b"\n", "does not end in Sortal's checksum")


# --- sealed again after a change on purpose --------------------------------------------------

Change = Callable[[onnx.ModelProto], object]
CASES: list[tuple[str, str, Change]] = []


def case(reason: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        CASES.append((change.__name__, reason, change))
        return change

    return keep


@case("external data")
def external_data(m: onnx.ModelProto) -> None:
    tensor = m.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")


@case("foreign domain 'com.evil'")
def foreign_domain(m: onnx.ModelProto) -> None:
    m.opset_import.add(domain="com.evil", version=1)
    m.graph.node[1].domain = "com.evil"


@case("foreign domain 'com.evil'")
def foreign_operator_alone(m: onnx.ModelProto) -> None:
    m.graph.node[1].domain = "com.evil"


@case("'RandomNormal' is not one")
def random_operator(m: onnx.ModelProto) -> None:
    m.graph.node.insert(0, helper.make_node("RandomNormal", [], ["noise"], shape=[4]))


def branch() -> onnx.GraphProto:
    return helper.make_graph([helper.make_node("Identity", ["image"], ["y"])], "branch", [], [])


@case("a subgraph inside an operator")
def subgraph(m: onnx.ModelProto) -> None:
    m.graph.node.insert(0, helper.make_node("If", ["image"], ["y"], then_branch=branch()))


@case("'Loop' is not one")
def loop(m: onnx.ModelProto) -> None:
    m.graph.node.insert(0, helper.make_node("Loop", ["image"], ["y"]))


@case("functions of its own")
def function(m: onnx.ModelProto) -> None:
    m.functions.add(name="f", domain="com.evil")


@case("training information")
def training(m: onnx.ModelProto) -> None:
    m.training_info.add()


@case("a sparse tensor")
def sparse(m: onnx.ModelProto) -> None:
    m.graph.sparse_initializer.add()


@case("opset 999")
def opset_too_new(m: onnx.ModelProto) -> None:
    m.opset_import[0].version = 999


@case("opset 1 of")
def opset_too_old(m: onnx.ModelProto) -> None:
    m.opset_import[0].version = 1


@case("opset 0 of")
def no_opset(m: onnx.ModelProto) -> None:
    del m.opset_import[:]


@case("container version 99")
def container(m: onnx.ModelProto) -> None:
    m.ir_version = 99


@case("absurd shape")
def huge_tensor(m: onnx.ModelProto) -> None:
    m.graph.initializer[0].dims[:] = [2**40, 2**40]


@case("absurd shape")
def negative_dimension(m: onnx.ModelProto) -> None:
    m.graph.initializer[0].dims[:] = [-4]


@case("must have 1,152 bytes and has 4")
def short_tensor(m: onnx.ModelProto) -> None:
    weights = next(t for t in m.graph.initializer if len(t.dims) == 4)
    weights.raw_data = b"abcd"


@case("more than 6 of dims")
def many_dimensions(m: onnx.ModelProto) -> None:
    m.graph.initializer[0].dims[:] = [1] * 60


@case("field 4 of ONNX")
def unpacked_numbers(m: onnx.ModelProto) -> None:
    m.graph.initializer[0].float_data.append(1.0)


@case("type of number")
def text_tensor(m: onnx.ModelProto) -> None:
    m.graph.initializer[0].data_type = TensorProto.STRING


@case("not finite")
def weights_not_finite(m: onnx.ModelProto) -> None:
    weights = next(t for t in m.graph.initializer if len(t.dims) == 4)
    array = numpy_helper.to_array(weights).copy()
    array[0, 0, 0, 0] = np.nan
    weights.raw_data = array.tobytes()


@case("not finite")
def head_not_finite(m: onnx.ModelProto) -> None:
    bias = next(t for t in m.graph.initializer if t.name == "head.bias")
    bias.raw_data = np.array([1, np.inf, 0], np.float32).tobytes()


@case("is there twice")
def tensor_twice(m: onnx.ModelProto) -> None:
    m.graph.initializer.add().CopyFrom(m.graph.initializer[0])


@case("is made twice")
def value_twice(m: onnx.ModelProto) -> None:
    m.graph.node.add().CopyFrom(m.graph.node[0])


@case("which nothing before it makes")
def cycle(m: onnx.ModelProto) -> None:
    m.graph.node[0].input[0] = "embedding"


@case("must take one input")
def other_input(m: onnx.ModelProto) -> None:
    m.graph.input[0].name = "picture"


@case("must take one input")
def huge_input(m: onnx.ModelProto) -> None:
    m.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 10**6


@case("must take one input")
def float_input(m: onnx.ModelProto) -> None:
    m.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


@case("must take one input")
def two_inputs(m: onnx.ModelProto) -> None:
    m.graph.input.add().CopyFrom(m.graph.input[0])


@case("must give the outputs")
def no_probabilities(m: onnx.ModelProto) -> None:
    del m.graph.output[0]


@case("must give the outputs")
def another_output(m: onnx.ModelProto) -> None:
    m.graph.output.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, ["n"]))


@case("'embedding' must be float32 of shape")
def lying_output(m: onnx.ModelProto) -> None:
    m.graph.output[1].type.tensor_type.shape.dim[1].dim_value = WIDTH + 1


@case("head must make 'probabilities' by Softmax")
def other_head(m: onnx.ModelProto) -> None:
    m.graph.node[-1].op_type = "Sigmoid"
    del m.graph.node[-1].attribute[:]


@case("head must make 'head.logits' by Gemm")
def head_of_other_weights(m: onnx.ModelProto) -> None:
    m.graph.initializer.append(numpy_helper.from_array(np.zeros((3, WIDTH), np.float32), "decoy"))
    next(n for n in m.graph.node if n.op_type == "Gemm").input[1] = "decoy"


@case("disagree on the temperature")
def other_temperature(m: onnx.ModelProto) -> None:
    tensor = next(t for t in m.graph.initializer if t.name == "head.temperature")
    tensor.raw_data = np.float32(9).tobytes()


@case("Conv is used wrongly: a window, step or border is negative")
def no_steps(m: onnx.ModelProto) -> None:
    conv = next(n for n in m.graph.node if n.op_type == "Conv")
    conv.attribute[0].ints[:] = [0, 0]


@case("Conv is used wrongly: its window does not fit")
def wide_border(m: onnx.ModelProto) -> None:
    conv = next(n for n in m.graph.node if n.op_type == "Conv")
    conv.attribute.append(helper.make_attribute("pads", [10**6] * 4))


@case("of no known kind")
def attribute_of_two_kinds(m: onnx.ModelProto) -> None:
    conv = next(n for n in m.graph.node if n.op_type == "Conv")
    conv.attribute[0].i = 3


@case("is there twice")
def attribute_twice(m: onnx.ModelProto) -> None:
    conv = next(n for n in m.graph.node if n.op_type == "Conv")
    conv.attribute.add().CopyFrom(conv.attribute[0])


@case("more than .* MiB of memory")
def doubling(m: onnx.ModelProto) -> None:
    """Thirty concatenations of a value with itself: a thousand bytes that ask for terabytes."""
    last = "features"
    for i in range(30):
        m.graph.node.append(helper.make_node("Concat", [last, last], [f"d{i}"], axis=1))
        last = f"d{i}"


@case("more than .* MiB of memory")
def outer_product(m: onnx.ModelProto) -> None:
    """Each place of a picture with each: a gigabyte out of a few thousand bytes."""
    column = numpy_helper.from_array(np.array([0, -1, 1], np.int64), "column")
    row = numpy_helper.from_array(np.array([0, 1, -1], np.int64), "row")
    m.graph.initializer.extend([column, row])
    six = next(n for n in m.graph.node if n.op_type == "DequantizeLinear").output[0]
    m.graph.node.append(helper.make_node("Concat", [six] * 8, ["many"], axis=1))
    m.graph.node.append(helper.make_node("Reshape", ["many", "column"], ["a"]))
    m.graph.node.append(helper.make_node("Reshape", ["many", "row"], ["b"]))
    m.graph.node.append(helper.make_node("MatMul", ["a", "b"], ["c"]))


@case("more than .* MiB of memory")
def weights_rearranged_again_and_again(m: onnx.ModelProto) -> None:
    """The runtime keeps a copy of the same 16 MB for each of 3,000 products."""
    wide = numpy_helper.from_array(np.zeros((WIDTH, 2048), np.float32), "wide")
    square = numpy_helper.from_array(np.zeros((2048, 2048), np.float32), "square")
    m.graph.initializer.extend([wide, square])
    m.graph.node.append(helper.make_node("MatMul", ["embedding", "wide"], ["s0"]))
    for i in range(3000):
        m.graph.node.append(helper.make_node("MatMul", [f"s{i}", "square"], [f"s{i + 1}"]))


@case("absurdly long")
def endless_work(m: onnx.ModelProto) -> None:
    """A convolution over everything, again and again, with few weights."""
    kernel = numpy_helper.from_array(np.zeros((64, 64, 31, 31), np.float32), "kernel")
    first = numpy_helper.from_array(np.zeros((64, 6, 1, 1), np.float32), "first")
    m.graph.initializer.extend([kernel, first])
    planes = next(n for n in m.graph.node if n.op_type == "DequantizeLinear").output[0]
    m.graph.node.append(helper.make_node("Concat", [planes, planes], ["c"], axis=1))
    m.graph.node.append(helper.make_node("Conv", ["c", "first"], ["s0"], pads=[1] * 4))
    for i in range(40):
        more = [30] * 4
        node = helper.make_node("Conv", [f"s{i}", "kernel"], [f"s{i + 1}"], pads=more)
        m.graph.node.append(node)


@case("absurdly long")
def endless_preparation(m: onnx.ModelProto) -> None:
    """Work on stored numbers alone would be done while the file is opened."""
    square = numpy_helper.from_array(np.zeros((1024, 1024), np.float32), "square")
    m.graph.initializer.append(square)
    m.graph.node.append(helper.make_node("MatMul", ["square", "square"], ["s"]))


@case("mixes pictures")
def pictures_mixed(m: onnx.ModelProto) -> None:
    m.graph.node.append(helper.make_node("Transpose", ["embedding"], ["t"], perm=[1, 0]))


@case("mixes pictures|do not fit the new shape")
def only_for_sixteen(m: onnx.ModelProto) -> None:
    """Would run for a full chunk, and fail for a single picture."""
    shape = numpy_helper.from_array(np.array([16, WIDTH], np.int64), "sixteen")
    m.graph.initializer.append(shape)
    m.graph.node.append(helper.make_node("Reshape", ["embedding", "sixteen"], ["t"]))


@case("keepdims is neither 0 nor 1")
def flag_of_two(m: onnx.ModelProto) -> None:
    m.graph.node.append(helper.make_node("ReduceMean", ["embedding"], ["t"], axes=[1], keepdims=2))


@case("more parts than any model")
def very_many_parts(m: onnx.ModelProto) -> None:
    for node in m.graph.node:
        node.input.extend([""] * 40)
    for i in range(3900):
        m.graph.node.append(helper.make_node("Max", ["features"] * 40, [f"m{i}"]))


@case("more than 4,000 of node")
def very_many_nodes(m: onnx.ModelProto) -> None:
    m.graph.node.extend([onnx.NodeProto()] * 9000)


@case("bytes; at most 512")
def long_name(m: onnx.ModelProto) -> None:
    m.graph.node[0].name = "x" * 100_000


@case("nothing else; it holds")
def more_metadata(m: onnx.ModelProto) -> None:
    m.metadata_props.add(key="note", value="hello")


@case("it holds sortal.checksum")
def no_card(m: onnx.ModelProto) -> None:
    del m.metadata_props[:]


@case("not sound JSON")
def card_is_no_json(m: onnx.ModelProto) -> None:
    m.metadata_props[0].value = "{"


@case("disagree on whether there are features")
def features_left_out(m: onnx.ModelProto) -> None:
    del m.graph.output[2]


@case("'features' must be float32")
def features_denied(m: onnx.ModelProto) -> None:
    card = json.loads(m.metadata_props[0].value)
    card["trunk"]["grid"] = 0
    m.metadata_props[0].value = json.dumps(card)


@case("of shape")
def card_of_other_classes(m: onnx.ModelProto) -> None:
    card = json.loads(m.metadata_props[0].value)
    card["classes"], card["data"]["per_class"] = ["a", "b"], [1, 2]
    m.metadata_props[0].value = json.dumps(card)


@case("must take one input, 'image', uint8 of shape")
def card_of_other_size(m: onnx.ModelProto) -> None:
    card = json.loads(m.metadata_props[0].value)
    card["size"] = SIZE + 1
    m.metadata_props[0].value = json.dumps(card)


@pytest.mark.parametrize(("reason", "change"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_change_on_purpose_is_refused(reason: str, change: Change) -> None:
    model = opened()
    change(model)
    refused(sealed(model), reason)


def test_a_lie_that_only_the_runtime_can_see_is_refused_by_it() -> None:
    model = opened()
    next(n for n in model.graph.node if n.op_type == "Relu").op_type = "Erf"
    model.graph.node[0].op_type = "Identity"  # uint8 where the convolution wants float32
    del model.graph.node[0].attribute[:]
    model.graph.node[1].op_type = "Transpose"
    del model.graph.node[1].attribute[:]
    model.graph.node[1].attribute.append(helper.make_attribute("perm", [0, 3, 1, 2]))
    del model.graph.node[1].input[1:]
    with pytest.raises(ModelFileError, match="ONNX Runtime refuses the model"):
        load_model(sealed(model))


# --- raw bytes that no ONNX library would write ------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "holds no graph"),
        (b"\x3a\x00\x3a\x00", "graph is given twice"),
        (b"\x08" + b"\xff" * 11, "damaged or cut short"),
        (b"\x08" + b"\xff" * 9 + b"\x7f", "damaged or cut short"),
        (b"\x3a\xff\xff\xff\xff\x0f", "it says 4,294,967,295 bytes"),
        (b"\x3b", "does not belong to this field"),
        (b"\x0a\x00", "does not belong to this field"),
        (b"\x12\x02\xff\xfe", "not a text in UTF-8"),
        (b"\x08\x08" * 2, "ir_version is given twice"),
        (b"\x3a\x06" + b"\x0a\x00" * 3, "opset|input|container|metadata|outputs|card"),
    ],
)
def test_damaged_structure_is_refused(raw: bytes, reason: str) -> None:
    refused(seal(raw), reason)


def test_a_bomb_of_tiny_parts_is_refused_before_it_is_unpacked() -> None:
    """Fifty million empty nodes would take gigabytes as objects."""
    refused(seal(b"\x3a\x80\xe1\xeb\x17" + b"\x0a\x00" * 25_000_000), "more than 4,000 of node")


def test_damage_on_purpose_never_crashes_the_process(tmp_path: Path) -> None:
    """Hundreds of files damaged at random and sealed again: each is refused, or runs."""
    path = tmp_path / "m.onnx"
    path.write_bytes(sound())
    fuzz = Path(__file__).with_name("modelfile_fuzz.py")
    done = subprocess.run(
        [sys.executable, fuzz, path, "11", "600"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    refused_, ran = map(int, done.stdout.split())
    assert refused_ > 300
    assert ran > 20
