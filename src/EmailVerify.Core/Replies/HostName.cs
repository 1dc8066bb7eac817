namespace EmailVerify.Core.Replies;

/// <summary>Tells a host name in running text from two sentences without a blank between them ("unknown.Please check").</summary>
internal static class HostName
{
    private static readonly string[] LongTopLevels = ["com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "cloud", "email", "mail", "online", "example", "test", "invalid", "local", "lan"];

    /// <summary>Says whether a text is written like a host name below a top level that mail is served under.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        var dot = text.LastIndexOf('.');
        if (dot <= 0 || text.Length > 253)
            return false;
        var top = text[(dot + 1)..];
        if (!IsTopLevel(top) || (char.IsAsciiLetterUpper(top[0]) && char.IsAsciiLetterLower(text[dot - 1])))
            return false;
        var label = 0;
        foreach (var c in text)
        {
            if (c == '.' && label == 0)
                return false;
            label = c == '.' ? 0 : label + 1;
            if (c != '.' && c != '-' && c != '_' && !char.IsLetterOrDigit(c))
                return false;
        }

        return true;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> top)
    {
        if (top.Length == 2)
            return char.IsAsciiLetter(top[0]) && char.IsAsciiLetter(top[1]);
        foreach (var known in LongTopLevels)
        {
            if (top.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
