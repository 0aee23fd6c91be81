"""What is taken of a network's graph, and that nothing of its exporter remains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnx
import pytest
from modelfile_samples import WIDTH, make_sample, trunk_model
from onnx import helper, numpy_helper

from sortal.errors import UsageError
from sortal.modelfile import load_model
from sortal.modelfile.assemble import assemble
from sortal.modelfile.trunk import take_trunk


def renamed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network as another exporter would write it."""
    other = onnx.ModelProto()
    other.CopyFrom(model)
    kept = {"image", "embedding", "features", "logits"}
    for node in other.graph.node:
        node.name = f"private/folder/{node.op_type}"
        node.domain = "ai.onnx"
        for names in (node.input, node.output):
            names[:] = [name if name in kept else f"z.{name}" for name in names]
        node.attribute.extend(node.attribute[::-1])
        del node.attribute[: len(node.attribute) // 2]
    for tensor in other.graph.initializer:
        array = numpy_helper.to_array(tensor)
        tensor.CopyFrom(numpy_helper.from_array(array, f"z.{tensor.name}"))
        if array.dtype == np.float32:
            tensor.ClearField("raw_data")
            tensor.float_data.extend(array.ravel().tolist())
    other.producer_name = "another exporter"
    other.graph.name = "main_graph"
    return other


def test_names_and_ways_of_writing_leave_no_trace() -> None:
    parts = make_sample().parts
    model, _ = trunk_model()
    first = assemble(model, head=parts.head, card=parts.card)
    assert assemble(renamed(model), head=parts.head, card=parts.card) == first
    plain, _ = trunk_model(extra=False)
    assert assemble(plain, head=parts.head, card=parts.card) == first


def test_what_leads_elsewhere_is_left_behind() -> None:
    trunk = take_trunk(trunk_model()[0])
    assert [node.op_type for node in trunk.nodes] == [
        "Transpose",
        "DequantizeLinear",
        "Conv",
        "Relu",
        "GlobalAveragePool",
        "Reshape",
    ]
    assert [tensor.name for tensor in trunk.tensors] == [f"trunk.w{i}" for i in range(4)]
    assert trunk.has_features


def test_a_network_without_a_feature_map_has_none() -> None:
    sample = make_sample()
    model, _ = trunk_model()
    model.graph.output.remove(next(o for o in model.graph.output if o.name == "features"))
    card = sample.parts.card
    assert not take_trunk(model).has_features
    flat = replace(card.trunk, grid=0)
    data = assemble(model, head=sample.parts.head, card=replace(card, trunk=flat))
    loaded = load_model(data)
    assert not loaded.has_features
    assert loaded.run(sample.images).features is None
    with pytest.raises(UsageError, match="no feature map"):
        loaded.run(sample.images, features=True)


def test_constants_of_every_kind_become_stored_tensors() -> None:
    model, _ = trunk_model()
    model.graph.node.insert(0, helper.make_node("Constant", [], ["half"], value_float=0.5))
    model.graph.node.insert(0, helper.make_node("Constant", [], ["ones"], value_floats=[1.0] * 6))
    relu = next(node for node in model.graph.node if node.op_type == "Relu")
    relu.output[0] = "positive"
    place = list(model.graph.node).index(relu) + 1
    model.graph.node.insert(place, helper.make_node("Mul", ["positive", "half"], ["features"]))
    last = next(node for node in model.graph.node if node.op_type == "Reshape")
    last.output[0] = "flat"
    model.graph.node.append(helper.make_node("Mul", ["flat", "ones"], ["embedding"]))
    sample = make_sample()
    model_file = assemble(model, head=sample.parts.head, card=sample.parts.card)
    whole = load_model(model_file).run(sample.images).embedding
    plain = assemble(trunk_model()[0], head=sample.parts.head, card=sample.parts.card)
    np.testing.assert_allclose(whole, load_model(plain).run(sample.images).embedding / 2, 1e-6)


def two_inputs(m: onnx.ModelProto) -> None:
    m.graph.input.append(helper.make_tensor_value_info("mask", 1, ["n"]))


def no_embedding(m: onnx.ModelProto) -> None:
    del m.graph.output[0]


def double_weights(m: onnx.ModelProto) -> None:
    weights = next(t for t in m.graph.initializer if t.name == "conv.weight")
    wide = numpy_helper.to_array(weights).astype(np.float64)
    weights.CopyFrom(numpy_helper.from_array(wide, "conv.weight"))


def loose_end(m: onnx.ModelProto) -> None:
    next(n for n in m.graph.node if n.op_type == "Relu").input[0] = "nowhere"


def text_constant(m: onnx.ModelProto) -> None:
    m.graph.node.insert(0, helper.make_node("Constant", [], ["t"], value_string="x"))


def old_opset(m: onnx.ModelProto) -> None:
    m.opset_import[0].version = 9


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (two_inputs, "this one takes image, mask"),
        (no_embedding, "must take 'image' and make 'embedding'"),
        (double_weights, "'conv.weight' is of type float64: use float32"),
        (loose_end, "takes 'nowhere', which nothing makes"),
        (text_constant, "value_string has no place"),
        (old_opset, "opset 9 of ONNX; export it in one from 13 to 21"),
    ],
)
def test_a_network_that_cannot_be_a_trunk_is_refused(
    change: Callable[[onnx.ModelProto], None], reason: str
) -> None:
    model, _ = trunk_model()
    change(model)
    parts = make_sample().parts
    assert parts.head.weights.shape[1] == WIDTH
    with pytest.raises(UsageError, match=reason):
        assemble(model, head=parts.head, card=parts.card)
