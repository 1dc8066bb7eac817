using System.Runtime.CompilerServices;

namespace EmailVerify.Host.Tests;

/// <summary>Texts that a person has read and approved, each a file beside its test. What differs is left there as <c>NAME.received.txt</c>: read it, and move it over the approved one.</summary>
internal static class Approved
{
    /// <summary>Says that a text is the approved one.</summary>
    /// <param name="name">The file without <c>.txt</c>, from the folder of the test on.</param>
    /// <param name="text">The text.</param>
    public static void Is(string name, string text, [CallerFilePath] string test = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(test)!, name + ".txt");
        var received = Path.Combine(Path.GetDirectoryName(test)!, name + ".received.txt");
        if (File.Exists(approved) && File.ReadAllText(approved).Equals(text, StringComparison.Ordinal))
        {
            File.Delete(received);
            return;
        }

        _ = Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        File.WriteAllText(received, text);
        Assert.Fail($"{name} is not what was approved. If what it says now is right: mv {received} {approved}");
    }
}
