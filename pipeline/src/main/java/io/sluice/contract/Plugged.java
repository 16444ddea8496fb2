package io.sluice.contract;

import java.io.Serializable;

/**
 * What a contract says of its source or its format: which it is, and that one's own keys.
 *
 * @param keys with their defaults filled in
 */
public record Plugged(String name, KeyValues keys) implements Serializable {}
