package io.sluice.contract;

import java.io.Serializable;

/**
 * What a contract says of how its records are written.
 *
 * @param keys the format's own, with their defaults filled in
 */
public record FormatSpec(String name, KeyValues keys) implements Serializable {}
