namespace EmailVerify.Host.Hosting;

/// <summary>What makes a data folder this one and stays the same for its life.</summary>
/// <param name="Pepper">The secret of keyed hashes, at least 32 octets.</param>
internal sealed record Installation(ReadOnlyMemory<byte> Pepper);
