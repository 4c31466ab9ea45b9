import numpy as np

from layerproof_conformance.cases.values import generator, make
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES


def test_every_profile_for_any_floating_point_array_can_be_made() -> None:
    assert len(set(FLOAT_PROFILES)) == len(FLOAT_PROFILES)
    for profile in FLOAT_PROFILES:
        for shape in ((), (0, 3), (4, 5)):
            values = make(Recipe(shape, profile), "float32", generator(0, profile))
            assert (values.shape, values.dtype) == (shape, np.float32), profile
