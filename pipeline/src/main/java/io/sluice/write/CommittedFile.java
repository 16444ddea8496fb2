package io.sluice.write;

import java.io.Serializable;

/**
 * A file that is in the lake.
 *
 * @param name its name in its date's folder
 * @param sha256 of its bytes, in hexadecimal digits
 */
public record CommittedFile(String name, long size, String sha256) implements Serializable {}
