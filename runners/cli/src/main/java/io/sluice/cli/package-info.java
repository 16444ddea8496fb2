/**
 * The launcher and its verbs: flags in, one line for people and one for machines out, and the exit
 * status. What a verb does is in the package of the pipeline that has its name.
 */
package io.sluice.cli;
