package io.sluice.write;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a date.
 *
 * @param date days since 1970-01-01
 * @param file what was appended; null where all rows were there, as after a restart: perhaps a file
 *     was committed of which nobody heard
 */
public record LogChange(String table, long date, @Nullable CommittedFile file)
    implements Serializable {}
