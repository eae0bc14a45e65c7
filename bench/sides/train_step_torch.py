"""A training step by PyTorch (channels last), for bench/train-step.

usage: train_step_torch.py NETWORK.json BATCH float32|bf16
Line protocol: prints "ready"; for each line "N" on stdin runs N steps and prints their milliseconds as JSON; at the
end of stdin prints the peak memory in bytes.
"""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

with open(sys.argv[1]) as file:
    network = json.load(file)
batch, bfloat16 = int(sys.argv[2]), sys.argv[3] == "bf16"
height, width, channels = network["input"]["shape"]
torch.manual_seed(1)
images = torch.randn(batch, channels, height, width).to(memory_format=torch.channels_last)
labels = torch.arange(batch) % 10


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = torch.nn.ModuleDict()
        shapes = {network["input"]["name"]: channels}
        for layer in network["layers"]:
            name, kind = layer["name"], layer["type"]
            width = shapes[layer["inputs"][0]]
            shapes[name] = width
            if kind == "conv":
                shapes[name] = layer["filters"]
                part = torch.nn.Conv2d(
                    width, layer["filters"], layer["kernel"], layer["strides"], groups=layer["groups"], bias=False)
            elif kind == "batchNorm":
                part = torch.nn.BatchNorm2d(width, layer["epsilon"], 1 - layer["momentum"])
            elif kind == "dense":
                shapes[name] = layer["units"]
                part = torch.nn.Linear(width, layer["units"])
            else:
                if kind == "padChannels":
                    shapes[name] = width + layer["before"] + layer["after"]
                continue
            self.parts[name.replace(".", "_")] = part

    def forward(self, x):
        values = {network["input"]["name"]: x}
        for layer in network["layers"]:
            name, kind = layer["name"], layer["type"]
            x = values[layer["inputs"][0]]
            part = name.replace(".", "_")
            if kind == "conv":
                top, bottom, left, right = layer["padding"]
                conv = self.parts[part]
                if top == bottom and left == right:
                    conv.padding = (top, left)
                else:
                    x = F.pad(x, (left, right, top, bottom))
                x = conv(x)
            elif kind in ("batchNorm", "dense"):
                x = self.parts[part](x)
            elif kind == "activation":
                x = {"relu": F.relu, "relu6": F.relu6}[layer["function"]](x)
            elif kind == "add":
                x = x + values[layer["inputs"][1]]
            elif kind == "subsample":
                x = x[:, :, :: layer["strides"][0], :: layer["strides"][1]]
            elif kind == "padChannels":
                x = F.pad(x, (0, 0, 0, 0, layer["before"], layer["after"]))
            elif kind == "globalAveragePool":
                x = x.mean((2, 3))
            elif kind == "dropout":
                x = F.dropout(x, layer["rate"])
            else:
                raise SystemExit(f"no layer {kind} here")
            values[name] = x
        return x


model = Net().to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(model.parameters(), 0.05, 0.9)


def step():
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        logits = model(images)
    loss = F.cross_entropy(logits.float(), labels)
    loss.backward()
    optimizer.step()
    return loss.item(), logits.float().detach().numpy()


print("ready", flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
