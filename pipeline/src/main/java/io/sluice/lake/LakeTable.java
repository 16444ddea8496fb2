package io.sluice.lake;

import io.sluice.contract.Table;
import java.io.Serializable;

/** A table with the place where its files are. */
public record LakeTable(Table table, Stores stores, LakeDescriptor descriptor)
    implements Serializable {}
