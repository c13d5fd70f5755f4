"""The estimators against scikit-learn's own contract."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import stirfry
from stirfry.errors import UsageError


@parametrize_with_checks([stirfry.Classifier(), stirfry.Regressor()])
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)
