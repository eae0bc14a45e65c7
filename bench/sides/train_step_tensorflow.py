"""A training step as a graph of TensorFlow's own, for bench/train-step.

usage: train_step_tensorflow.py NETWORK.json BATCH
Line protocol: prints "ready"; for each line "N" on stdin runs N steps and prints their milliseconds as JSON; at the
end of stdin prints the peak memory in bytes.
"""
import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import numpy as np
import tensorflow as tf

with open(sys.argv[1]) as file:
    network = json.load(file)
batch = int(sys.argv[2])
height, width, channels = network["input"]["shape"]
rng = np.random.default_rng(1)
images = tf.constant(rng.normal(size=(batch, height, width, channels)).astype("float32"))
labels = tf.constant(np.arange(batch) % 10)
variables = []


def trained(shape, scale):
    value = rng.normal(size=shape).astype("float32") * scale if scale else np.zeros(shape, "float32")
    variables.append(tf.Variable(value))
    return variables[-1]


def same(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return [total // 2, total - total // 2]


weights = {}


def build():
    shapes = {network["input"]["name"]: channels}
    for layer in network["layers"]:
        name, kind = layer["name"], layer["type"]
        inputs = [shapes[i] for i in layer["inputs"]]
        shapes[name] = inputs[0]
        if kind == "conv":
            kh, kw = layer["kernel"]
            depthwise = layer["groups"] > 1
            shape = (kh, kw, inputs[0], 1) if depthwise else (kh, kw, inputs[0], layer["filters"])
            weights[name] = trained(shape, (2 / (kh * kw * (1 if depthwise else inputs[0]))) ** 0.5)
            shapes[name] = layer["filters"]
        elif kind == "batchNorm":
            weights[name] = (
                tf.Variable(np.ones(inputs[0], "float32")),
                tf.Variable(np.zeros(inputs[0], "float32")),
                tf.Variable(np.zeros(inputs[0], "float32"), trainable=False),
                tf.Variable(np.ones(inputs[0], "float32"), trainable=False),
            )
            variables.extend(weights[name][:2])
        elif kind == "padChannels":
            shapes[name] = inputs[0] + layer["before"] + layer["after"]
        elif kind == "dense":
            weights[name] = (trained((inputs[0], layer["units"]), inputs[0] ** -0.5), trained((layer["units"],), 0))
            shapes[name] = layer["units"]


def forward(x):
    values = {network["input"]["name"]: x}
    for layer in network["layers"]:
        name, kind = layer["name"], layer["type"]
        x = values[layer["inputs"][0]]
        if kind == "conv":
            (kh, kw), strides = layer["kernel"], layer["strides"]
            top, bottom, left, right = layer["padding"]
            wanted = same(x.shape[1], kh, strides[0]) + same(x.shape[2], kw, strides[1])
            padding = "SAME" if wanted == [top, bottom, left, right] else "VALID"
            if padding == "VALID":
                x = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]])
            op = tf.nn.depthwise_conv2d if layer["groups"] > 1 else tf.nn.conv2d
            y = op(x, weights[name], [1, *strides, 1], padding)
        elif kind == "batchNorm":
            gamma, beta, mean, variance = weights[name]
            y, new_mean, new_variance = tf.compat.v1.nn.fused_batch_norm(
                x, gamma, beta, mean, variance, layer["epsilon"], is_training=True,
                exponential_avg_factor=1 - layer["momentum"])
            mean.assign(new_mean)
            variance.assign(new_variance)
        elif kind == "activation":
            y = {"relu": tf.nn.relu, "relu6": tf.nn.relu6}[layer["function"]](x)
        elif kind == "add":
            y = x + values[layer["inputs"][1]]
        elif kind == "subsample":
            y = x[:, :: layer["strides"][0], :: layer["strides"][1], :]
        elif kind == "padChannels":
            y = tf.pad(x, [[0, 0], [0, 0], [0, 0], [layer["before"], layer["after"]]])
        elif kind == "globalAveragePool":
            y = tf.reduce_mean(x, [1, 2])
        elif kind == "dropout":
            y = tf.nn.dropout(x, layer["rate"])
        elif kind == "dense":
            y = tf.matmul(x, weights[name][0]) + weights[name][1]
        else:
            raise SystemExit(f"no layer {kind} here")
        values[name] = y
    return y


build()
slots = [tf.Variable(tf.zeros_like(v)) for v in variables]


@tf.function
def step():
    with tf.GradientTape() as tape:
        logits = forward(images)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    for variable, slot, gradient in zip(variables, slots, tape.gradient(loss, variables)):
        tf.raw_ops.ResourceApplyMomentum(
            var=variable.handle, accum=slot.handle, lr=0.05, grad=gradient, momentum=0.9)
    return loss, logits


print("ready", flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        loss, logits = step()
        loss.numpy(), logits.numpy()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
