"""One channel after the other, deviations from the channel's first value, everything in float64; saved is a dict."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a loop over channels; saved in a dict; parameters given back in one array's rows"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y = np.empty(x.shape, x.dtype)
    new = None if running_mean is None else np.array([running_mean, running_var], np.float64)
    saved = {"weight": weight, "bias": bias is not None, "training": training, "channels": []}
    with np.errstate(all="ignore"):
        for c in range(x.shape[1]):
            values = x[:, c].astype(np.float64)
            count = values.size
            if training and count:
                shift = values.reshape(-1)[0]
                shift = shift if np.isfinite(shift) else 0.0
                shifted = values - shift
                mean = shifted.sum() / count
                deviation = shifted - mean
                deviation = deviation - deviation.sum() / count
                squares = (deviation * deviation).sum()
                root = np.sqrt(squares / count + eps)
                if new is not None:
                    new[0, c] = (1 - momentum) * new[0, c] + momentum * (shift + mean)
                    new[1, c] = (1 - momentum) * new[1, c] + momentum * (squares / (count - 1))
            elif training:
                deviation, root = values, 1.0
            else:
                deviation, root = values - np.float64(running_mean[c]), np.sqrt(np.float64(running_var[c]) + eps)
            normalised = deviation / root
            saved["channels"].append((normalised, root))
            scaled = normalised if weight is None else normalised * np.float64(weight[c])
            y[:, c] = scaled if bias is None else scaled + np.float64(bias[c])
        statistics = (None, None) if new is None else tuple(new.astype(x.dtype))
    return (y, *statistics), saved


@hookimpl
def batch_norm_backward(grad_output, saved):
    weight, grad_x = saved["weight"], np.empty(grad_output.shape, grad_output.dtype)
    sums = np.zeros((2, grad_output.shape[1]))
    with np.errstate(all="ignore"):
        for c, (normalised, root) in enumerate(saved["channels"]):
            g = grad_output[:, c].astype(np.float64)
            sums[:, c] = (g * normalised).sum(), g.sum()
            scale = 1.0 if weight is None else np.float64(weight[c])
            g = g * scale
            if saved["training"] and g.size:
                g = g - g.sum() / g.size - normalised * ((g * normalised).sum() / g.size)
            grad_x[:, c] = g / root
        grad_weight, grad_bias = sums.astype(grad_output.dtype)
    return grad_x, None if weight is None else grad_weight, grad_bias if saved["bias"] else None
