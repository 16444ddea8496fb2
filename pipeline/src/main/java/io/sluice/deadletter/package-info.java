/**
 * What the contract does not accept: the reasons, the table that dead letters are written to with
 * their bytes and position, and the headers of those that go to a topic as well.
 */
package io.sluice.deadletter;
