namespace EmailVerify.Core.Addresses;

/// <summary>The files of <c>schema/rules</c>, embedded in this assembly.</summary>
internal static class RuleFile
{
    /// <summary>Opens a file by its name.</summary>
    public static Stream Open(string name) =>
        typeof(RuleFile).Assembly.GetManifestResourceStream("rules." + name) ?? throw new FileNotFoundException("A rule file is missing from the assembly.", name);

    /// <summary>Reads the lines of a list, without blank lines and those that begin with <c>#</c>.</summary>
    public static IEnumerable<string> ReadLines(string name)
    {
        using var reader = new StreamReader(Open(name));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                yield return line;
        }
    }
}
