/**
 * What the contract does not accept: the reasons, the table that dead letters are written to with
 * their bytes and position, and the topic that may get them as well.
 */
package io.sluice.deadletter;
