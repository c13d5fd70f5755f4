"""The tutorial's experiment as a script of each framework, from a cold shell.

    python benchmarks/peers/cold.py NAME EPOCHS

Iris, scaled to 0 to 1, 120 rows to train on; 4-10-3, cross-entropy, SGD at 0.01, full batch; the loss is
printed every thousand epochs, and the test accuracy at the end. Nothing of stirfry is in it.
"""

from __future__ import annotations

import os
import sys
import warnings

os.environ["KERAS_BACKEND"] = "jax"


def data():
    """Return the training and the test part, inputs in float32, as the tutorial makes them."""
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import MinMaxScaler

    x, y = load_iris(return_X_y=True)
    x = MinMaxScaler().fit_transform(x).astype("float32")
    return train_test_split(x, y, test_size=0.2, random_state=42)


def with_torch(epochs: int) -> float:
    """Train as the tutorial does."""
    import torch
    from torch import nn

    x_train, x_test, y_train, y_test = map(torch.tensor, data())
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(epochs):
        loss = criterion(model(x_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch % 1000 == 999:
            print(f"Epoch {epoch + 1}/{epochs}, loss {loss.item():.4f}")
    with torch.no_grad():
        return (model(x_test).argmax(1) == y_test).float().mean().item()


def with_sklearn(epochs: int) -> float:
    """Train by scikit-learn."""
    from sklearn.neural_network import MLPClassifier

    x_train, x_test, y_train, y_test = data()
    settings = {"solver": "sgd", "alpha": 0.0, "learning_rate_init": 0.01, "momentum": 0.0}
    endless = {"max_iter": epochs, "tol": 0.0, "n_iter_no_change": epochs + 1, "batch_size": len(x_train)}
    model = MLPClassifier((10,), shuffle=False, random_state=0, **settings, **endless)
    return model.fit(x_train, y_train).score(x_test, y_test)


def with_skorch(epochs: int) -> float:
    """Train by skorch."""
    import torch
    from skorch import NeuralNetClassifier
    from torch import nn

    x_train, x_test, y_train, y_test = data()
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    settings = {"criterion": nn.CrossEntropyLoss, "optimizer": torch.optim.SGD, "lr": 0.01, "verbose": 0}
    net = NeuralNetClassifier(model, max_epochs=epochs, batch_size=len(x_train), train_split=None, **settings)
    return float((net.fit(x_train, y_train).forward(x_test).argmax(1).numpy() == y_test).mean())


def with_lightning(epochs: int) -> float:
    """Train by Lightning."""
    import lightning
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))

        def training_step(self, batch):
            return nn.functional.cross_entropy(self.model(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.01)

    x_train, x_test, y_train, y_test = map(torch.tensor, data())
    torch.manual_seed(0)
    names = ("enable_checkpointing", "enable_progress_bar", "enable_model_summary", "logger")
    trainer = lightning.Trainer(accelerator="cpu", max_epochs=epochs, **dict.fromkeys(names, False))
    module = Module()
    trainer.fit(module, DataLoader(TensorDataset(x_train, y_train), len(x_train)))
    return (module.model(x_test).argmax(1) == y_test).float().mean().item()


def with_keras(epochs: int) -> float:
    """Train by Keras on JAX."""
    import keras

    x_train, x_test, y_train, y_test = data()
    keras.utils.set_random_seed(0)
    layers = [keras.Input((4,)), keras.layers.Dense(10, activation="relu"), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01), loss)
    model.fit(x_train, y_train, batch_size=len(x_train), epochs=epochs, shuffle=False, verbose=0)
    return float((model.predict(x_test, verbose=0).argmax(1) == y_test).mean())


SCRIPTS = {
    "torch": with_torch,
    "sklearn": with_sklearn,
    "skorch": with_skorch,
    "lightning": with_lightning,
    "keras": with_keras,
}

if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    print(f"test accuracy {SCRIPTS[sys.argv[1]](int(sys.argv[2])):.4f}")
