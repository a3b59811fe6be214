package io.l7.dns.replay;

import io.l7.dns.validator.Validation;
import java.time.InstantSource;

/** Makes the validator a scenario asks for. */
@FunctionalInterface
interface ScenarioValidation {
  Validation make(ScenarioConfig config, InstantSource clock);
}
