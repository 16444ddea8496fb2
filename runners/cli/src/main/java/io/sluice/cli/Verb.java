package io.sluice.cli;

import java.util.concurrent.Callable;

/** A verb of the launcher that another module adds; returns its exit status. */
public interface Verb extends Callable<Integer> {}
