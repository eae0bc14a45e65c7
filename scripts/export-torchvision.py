"""Writes test/fixtures/torchvision: every family of torchvision's convolutional classifiers as ONNX, structure only.

    python -m venv venv && venv/bin/pip install torch==2.8.0 torchvision==0.23.0 onnx onnxscript
    venv/bin/python scripts/export-torchvision.py [NAME ...]

Each model has random parameters, is exported as a user would export it (opset, batch dimension, batch norm folded
or kept, TorchScript or dynamo exporter), and loses the values of its float initializers of more than 8 elements:
their dimensions stay, and the tests fill them again. Integer constants and small ones stay as they are.
`models.json` holds what PyTorch itself counts (multiply-accumulates of convolutions and linear layers, and trainable
parameters where none is folded into others) and, where the input has the published size, torchvision's figure.
"""

import gzip
import io
import json
import sys
import warnings
from pathlib import Path

import onnx
import torch
import torchvision
from torch import nn

FOLDER = Path(__file__).parent.parent / "test" / "fixtures" / "torchvision"
KEPT_ELEMENTS = 8
FLOATS = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE)


def case(model, size=64, opset=17, batch="free", norm="folded", dynamo=False, hidden=None, **options):
    """One export. batch: free or fixed (to 1); norm: folded or kept; hidden: narrows a classifier of 4096 units."""
    return dict(model=model, size=size, opset=opset, batch=batch, norm=norm, dynamo=dynamo, hidden=hidden, options=options)


NO_AUXILIARY = dict(aux_logits=False, init_weights=False)

CASES = {
    "resnet18": case("resnet18", size=224),
    "resnet18-kept": case("resnet18", opset=9, batch="fixed", norm="kept"),
    "resnet50": case("resnet50", size=224, opset=11),
    "resnet50-kept": case("resnet50", opset=13, norm="kept"),
    "resnext50_32x4d": case("resnext50_32x4d", opset=13, batch="fixed"),
    "resnext50_32x4d-kept": case("resnext50_32x4d", opset=11, norm="kept"),
    "wide_resnet50_2": case("wide_resnet50_2", opset=13),
    "vgg11_bn": case("vgg11_bn", size=224, opset=11, hidden=128),
    "vgg11_bn-kept": case("vgg11_bn", size=224, opset=13, batch="fixed", norm="kept", hidden=128),
    "vgg16": case("vgg16", size=224, opset=9),
    "alexnet": case("alexnet", size=224, opset=11, hidden=128),
    "densenet121": case("densenet121", opset=11),
    "densenet121-kept": case("densenet121", opset=17, batch="fixed", norm="kept"),
    "squeezenet1_0": case("squeezenet1_0", size=224, opset=9, batch="fixed"),
    "squeezenet1_1": case("squeezenet1_1", size=97, opset=13),
    "shufflenet_v2_x0_5": case("shufflenet_v2_x0_5", opset=9, batch="fixed"),
    "shufflenet_v2_x1_0": case("shufflenet_v2_x1_0", size=224, opset=17),
    "shufflenet_v2_x1_0-kept": case("shufflenet_v2_x1_0", opset=11, norm="kept"),
    "mobilenet_v2": case("mobilenet_v2", size=224, opset=13),
    "mobilenet_v2-kept": case("mobilenet_v2", opset=9, batch="fixed", norm="kept"),
    "mobilenet_v3_small": case("mobilenet_v3_small", size=224, opset=11),
    "mobilenet_v3_large": case("mobilenet_v3_large", opset=17, batch="fixed"),
    "mobilenet_v3_large-kept": case("mobilenet_v3_large", opset=13, norm="kept"),
    "efficientnet_b0": case("efficientnet_b0", size=224, opset=17),
    "efficientnet_b0-kept": case("efficientnet_b0", opset=11, batch="fixed", norm="kept"),
    "efficientnet_v2_s": case("efficientnet_v2_s", size=96, opset=13),
    "mnasnet0_5": case("mnasnet0_5", size=224, opset=9),
    "mnasnet0_5-kept": case("mnasnet0_5", opset=17, norm="kept"),
    "regnet_x_400mf": case("regnet_x_400mf", opset=9, batch="fixed"),
    "regnet_y_400mf": case("regnet_y_400mf", size=224, opset=13),
    "regnet_y_400mf-kept": case("regnet_y_400mf", opset=17, norm="kept"),
    "googlenet": case("googlenet", size=224, opset=11, transform_input=False, **NO_AUXILIARY),
    "googlenet-transform": case("googlenet", opset=17, transform_input=True, **NO_AUXILIARY),
    "googlenet-transform-kept": case("googlenet", opset=9, batch="fixed", norm="kept", transform_input=True, **NO_AUXILIARY),
    "inception_v3": case("inception_v3", size=299, opset=17, transform_input=False, **NO_AUXILIARY),
    "inception_v3-transform-kept": case("inception_v3", size=107, opset=11, norm="kept", transform_input=True, **NO_AUXILIARY),
    "convnext_tiny": case("convnext_tiny", size=224, opset=17),
    "convnext_tiny-decomposed": case("convnext_tiny", opset=13, batch="fixed"),
    "resnet18-dynamo": case("resnet18", opset=18, dynamo=True),
    "densenet121-dynamo": case("densenet121", opset=18, batch="fixed", dynamo=True),
    "squeezenet1_1-dynamo": case("squeezenet1_1", opset=18, dynamo=True),
    "shufflenet_v2_x0_5-dynamo": case("shufflenet_v2_x0_5", opset=18, dynamo=True),
    "mobilenet_v2-dynamo": case("mobilenet_v2", opset=18, dynamo=True),
    "mobilenet_v3_small-dynamo": case("mobilenet_v3_small", opset=18, dynamo=True),
    "efficientnet_b0-dynamo": case("efficientnet_b0", opset=18, batch="fixed", dynamo=True),
    "regnet_y_400mf-dynamo": case("regnet_y_400mf", opset=18, dynamo=True),
    "googlenet-transform-dynamo": case("googlenet", opset=18, dynamo=True, transform_input=True, **NO_AUXILIARY),
    "convnext_tiny-dynamo": case("convnext_tiny", opset=20, dynamo=True),
}


def build(spec):
    """The model in evaluation mode. Every tensor differs from every other, as after training: the exporter merges equal ones."""
    torch.manual_seed(1)
    model = torchvision.models.get_model(spec["model"], weights=None, **spec["options"]).eval()
    if spec["hidden"]:
        narrow(model.classifier, spec["hidden"])
    with torch.no_grad():
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5) if name.endswith("running_var") else tensor.normal_(0, 0.02)
    return model


def narrow(classifier, hidden):
    """Replaces a classifier's hidden units (4096 in VGG and AlexNet), which change sizes but no structure."""
    linear = [index for index, module in enumerate(classifier) if isinstance(module, nn.Linear)]
    for place, index in enumerate(linear):
        before, after = classifier[index].in_features, classifier[index].out_features
        classifier[index] = nn.Linear(before if place == 0 else hidden, after if index == linear[-1] else hidden)


def count_macs(model, image):
    """Multiply-accumulates of convolutions and linear layers for one image, by what each module is given."""
    total = 0

    def hook(module, _, output):
        nonlocal total
        total += output.numel() * module.weight[0].numel()

    hooks = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        model(image)
    for handle in hooks:
        handle.remove()
    return total


def export(model, image, spec):
    """The ONNX model as the exporter writes it."""
    names = dict(input_names=["input"], output_names=["output"], opset_version=spec["opset"])
    free = spec["batch"] == "free"
    if spec["dynamo"]:
        shapes = ({0: torch.export.Dim("batch")},) if free else None
        example = image.repeat(2, 1, 1, 1) if free else image
        return torch.onnx.export(model, (example,), dynamo=True, dynamic_shapes=shapes, verbose=False, **names).model_proto
    file = io.BytesIO()
    training = torch.onnx.TrainingMode.PRESERVE if spec["norm"] == "kept" else torch.onnx.TrainingMode.EVAL
    axes = {"input": {0: "batch"}, "output": {0: "batch"}} if free else None
    torch.onnx.export(model, (image,), file, dynamo=False, training=training, dynamic_axes=axes, **names)
    return onnx.load_from_string(file.getvalue())


def strip(model):
    """Removes values of larger float initializers and what only debuggers read (which holds paths of this machine)."""
    for tensor in model.graph.initializer:
        elements = 1
        for size in tensor.dims:
            elements *= size
        if tensor.data_type in FLOATS and elements > KEPT_ELEMENTS:
            for field in ("raw_data", "float_data", "int32_data", "double_data"):
                tensor.ClearField(field)
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for part in [*model.graph.node, *model.graph.initializer, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        part.ClearField("doc_string")
        del part.metadata_props[:]
    assert len(model.functions) == 0
    return model


def published_gmacs(spec):
    """torchvision's published 10⁹ multiply-accumulates, where this export computes what they were counted for."""
    meta = torchvision.models.get_model_weights(spec["model"]).DEFAULT.meta
    size = 299 if spec["model"] == "inception_v3" else 224
    return meta["_ops"] if spec["size"] == size and not spec["hidden"] else None


def main(chosen):
    warnings.filterwarnings("ignore")
    FOLDER.mkdir(parents=True, exist_ok=True)
    index = FOLDER / "models.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    for name in chosen or CASES:
        spec = CASES[name]
        model = build(spec)
        image = torch.randn(1, 3, spec["size"], spec["size"])
        entry = dict(
            opset=spec["opset"],
            size=spec["size"],
            batch=spec["batch"],
            exporter="dynamo" if spec["dynamo"] else "torchscript",
            macs=count_macs(model, image),
        )
        if spec["norm"] == "kept" or not any(isinstance(module, nn.BatchNorm2d) for module in model.modules()):
            entry["parameters"] = sum(p.numel() for p in model.parameters())
        if published := published_gmacs(spec):
            entry["publishedGmacs"] = published
        known[name] = entry
        data = strip(export(model, image, spec)).SerializeToString()
        (FOLDER / f"{name}.onnx.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        print(name, len(data), (FOLDER / f"{name}.onnx.gz").stat().st_size, flush=True)
    index.write_text(json.dumps({name: known[name] for name in CASES if name in known}, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
