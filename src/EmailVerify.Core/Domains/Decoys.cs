using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmailVerify.Core.Domains;

/// <summary>The form of a decoy. Two forms, since some filters take one of them for a harvester's.</summary>
public enum DecoyShape
{
    /// <summary>Letters with two digits in the middle: <c>tavjok47gizjam</c>.</summary>
    Digits,

    /// <summary>Like first and last name, of nonsense syllables: <c>tavjo.gizjam</c>.</summary>
    FirstLast,
}

/// <summary>
/// Makes the local parts of decoys: addresses that cannot exist, yet look like a person's work. 12 to 16 characters, pronounceable. Of any four
/// letters in a row two are a cluster that no English word or common name has, so that none longer than three letters can be spelled by chance.
/// A domain meets the same decoys each time, and no two installations have the same ones: a greylisting host knows a decoy again when it is asked about
/// a second time, and answers; a new one would be put off for ever. Safe for many callers.
/// </summary>
/// <param name="secret">The secret of the installation, which stays the same for its life.</param>
public sealed class Decoys(ReadOnlyMemory<byte> secret)
{
    private static readonly string[] Consonants = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t", "v", "z"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u"];
    private static readonly string[] Clusters = ["vj", "zj", "gj", "jv", "vz", "zg", "fz", "pv", "vg", "kz"];

    /// <summary>Makes a local part.</summary>
    /// <param name="shape">Its form.</param>
    /// <param name="domain">The ASCII domain in lower case that is asked about it.</param>
    public string Make(DecoyShape shape, string domain)
    {
        var random = For(shape, domain);
        return shape switch
        {
            DecoyShape.Digits => $"{Run(random, random.Next(5, 8))}{random.Next(10, 100)}{Run(random, random.Next(5, 8))}",
            DecoyShape.FirstLast => $"{Run(random, random.Next(5, 7))}.{Run(random, random.Next(6, 10))}",
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Not a shape."),
        };
    }

    /// <summary>Gets the shape that a local part has most of: a host that accepts by pattern is found out by a decoy like the target.</summary>
    /// <param name="localPart">The target's local part.</param>
    public static DecoyShape ShapeLike(ReadOnlySpan<char> localPart) => localPart.Contains('.') ? DecoyShape.FirstLast : DecoyShape.Digits;

    /// <summary>Gets the other shape.</summary>
    public static DecoyShape Other(DecoyShape shape) => shape is DecoyShape.Digits ? DecoyShape.FirstLast : DecoyShape.Digits;

    // The numbers of a seed are the same in every version of .NET.
    private Random For(DecoyShape shape, string domain)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(secret.Span, Encoding.UTF8.GetBytes($"decoy {(int)shape} {domain}"), hash);
        return new Random(BinaryPrimitives.ReadInt32LittleEndian(hash));
    }

    /// <summary>Makes vowels with a cluster between each two, a consonant before and after where the length wants it: <c>tavjokzim</c>.</summary>
    private static string Run(Random random, int length)
    {
        var run = new StringBuilder(length);
        if (length % 3 != 1)
            run.Append(Pick(random, Consonants));
        run.Append(Pick(random, Vowels));
        while (run.Length + 3 <= length)
            run.Append(Pick(random, Clusters)).Append(Pick(random, Vowels));
        if (run.Length < length)
            run.Append(Pick(random, Consonants));
        return run.ToString();
    }

    private static string Pick(Random random, string[] letters) => letters[random.Next(letters.Length)];
}
