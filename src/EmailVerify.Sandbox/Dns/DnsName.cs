using System.Net;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Dns;

/// <summary>What the DNS knows about one name.</summary>
internal sealed record DnsName
{
    public required string Name { get; init; }

    public IReadOnlyList<(ushort Preference, string Host)> Exchangers { get; init; } = [];

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    public string? Alias { get; init; }

    public IReadOnlyList<string> Texts { get; init; } = [];

    public IReadOnlyList<string> Pointers { get; init; } = [];

    public DnsManner Manner { get; init; }

    /// <summary>Gets the types that <see cref="Manner"/> holds for; empty for all.</summary>
    public IReadOnlyList<DnsType> MannerFor { get; init; } = [];

    public int Ttl { get; init; } = 300;

    public int SoaMinimum { get; init; } = 60;

    public DnsManner MannerOf(DnsType type) => MannerFor.Count == 0 || MannerFor.Contains(type) ? Manner : DnsManner.Answer;
}
