using System.Collections.Frozen;

namespace EmailVerify.Host.Pages;

/// <summary>Which file of <c>wwwroot</c> is the page of a path. A page whose path carries an id reads it from its own address.</summary>
internal static class PagePaths
{
    /// <summary>The pages of one path each, by path.</summary>
    public static readonly FrozenDictionary<string, string> Fixed = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/"] = "/index.html",
        ["/sign-in"] = "/sign-in.html",
        ["/batches"] = "/batches.html",
        ["/history"] = "/history.html",
        ["/domains"] = "/domain.html",
        ["/replies"] = "/replies.html",
        ["/operate"] = "/operate.html",
        ["/operate/doctor"] = "/doctor.html",
        ["/operate/keys"] = "/keys.html",
        ["/operate/settings"] = "/settings.html",
        ["/help"] = "/help/index.html",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The pages of things, by what stands before their id.</summary>
    private static readonly (string Before, string File)[] OfThings = [("/batches/", "/batch.html"), ("/domains/", "/domain.html")];

    /// <summary>Finds the file of a path.</summary>
    /// <returns>The file's path below <c>wwwroot</c>; null when the path is no page's.</returns>
    public static string? Find(string path)
    {
        if (Fixed.TryGetValue(path, out var file))
            return file;
        foreach (var (before, page) in OfThings)
        {
            if (IsOneSegment(path, before))
                return page;
        }

        return IsOneSegment(path, "/help/") && !path.Contains('.', StringComparison.Ordinal) ? path + ".html" : null;
    }

    private static bool IsOneSegment(string path, string before) =>
        path.Length > before.Length && path.StartsWith(before, StringComparison.Ordinal) && !path.AsSpan(before.Length).Contains('/');
}
