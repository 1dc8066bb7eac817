using System.Collections.Frozen;

namespace EmailVerify.Core.Addresses;

/// <summary>Local parts that name a function: data in <c>schema/rules/role-local-parts.txt</c>, a class and a word on each line.</summary>
internal static class RoleWords
{
    private static readonly Lazy<FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>> Roles = new(() => Load(noReply: false));
    private static readonly Lazy<FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>> NoReplies = new(() => Load(noReply: true));

    /// <summary>Says whether a local part without its tag names a function.</summary>
    public static bool Contains(ReadOnlySpan<char> localPart) => Roles.Value.Contains(localPart);

    /// <summary>Says whether a local part without its tag is a word for "do not reply", or has one at its start or end: <c>alerts-noreply</c>.</summary>
    public static bool IsNoReply(ReadOnlySpan<char> localPart)
    {
        if (NoReplies.Value.Contains(localPart))
            return true;

        for (var i = 1; i < localPart.Length - 1; i++)
        {
            if (localPart[i] is '-' or '_' or '.' && (NoReplies.Value.Contains(localPart[..i]) || NoReplies.Value.Contains(localPart[(i + 1)..])))
                return true;
        }

        return false;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Load(bool noReply) =>
        RuleFile.ReadLines("role-local-parts.txt")
            .Select(line => line.Split(' '))
            .Where(line => string.Equals(line[0], "noreply", StringComparison.Ordinal) == noReply)
            .Select(line => line[1])
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
