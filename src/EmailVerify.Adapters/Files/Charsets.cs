using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailVerify.Adapters.Files;

/// <summary>The encodings that a file may name. Octets that are no text become U+FFFD.</summary>
internal static class Charsets
{
    private static readonly DecoderReplacementFallback Replacement = new("\uFFFD");

    static Charsets() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Gets what spreadsheets write that do not write Unicode.</summary>
    public static Encoding Windows1252 => field ??= Encoding.GetEncoding(1252, EncoderFallback.ReplacementFallback, Replacement);

    /// <summary>Finds an encoding by its IANA name, whatever the case.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out Encoding? encoding)
    {
        try
        {
            encoding = Encoding.GetEncoding(name.Trim(), EncoderFallback.ReplacementFallback, Replacement);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            encoding = null;
            return false;
        }
    }
}
