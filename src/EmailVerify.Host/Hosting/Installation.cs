namespace EmailVerify.Host.Hosting;

/// <summary>What makes a data folder this one and stays the same for its life.</summary>
/// <param name="Pepper">The secret of keyed hashes, at least 32 octets.</param>
/// <param name="IsSandbox">Whether its verdicts are made up: it was made by a sandbox.</param>
internal sealed record Installation(ReadOnlyMemory<byte> Pepper, bool IsSandbox);
