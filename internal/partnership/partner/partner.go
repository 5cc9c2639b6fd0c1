// Package partner knows who takes part: organisations of every kind as the
// partnership sees them, whom to ask there, and the seats that people hold on its
// bodies; and it lets any of them withdraw (R54). It imports lead, platform,
// identity and reference.
package partner
