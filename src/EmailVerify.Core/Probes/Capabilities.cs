using System.Globalization;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>What the last EHLO announced; only that counts (RFC 3207 4.2).</summary>
/// <param name="Starttls">RFC 3207.</param>
/// <param name="Pipelining">RFC 2920.</param>
/// <param name="Smtputf8">RFC 6531.</param>
/// <param name="MaxTransactions">MAILMAX of LIMITS (RFC 9422): how many MAILs a session may have; null when not said.</param>
/// <param name="MaxRecipients">RCPTMAX of LIMITS (RFC 9422): how many RCPTs a transaction may have; null when not said.</param>
public readonly record struct Capabilities(bool Starttls, bool Pipelining, bool Smtputf8, int? MaxTransactions, int? MaxRecipients)
{
    /// <summary>Reads the reply to EHLO: the host's name, then a keyword with parameters on each line (RFC 5321 4.1.1.1).</summary>
    public static Capabilities Of(SmtpReply ehlo)
    {
        var result = default(Capabilities);
        var isFirst = true;
        var text = ehlo.Text.AsSpan();
        foreach (var line in text.Split('\n'))
        {
            if (!isFirst)
                result = result.With(text[line].Trim());
            isFirst = false;
        }

        return result;
    }

    private Capabilities With(ReadOnlySpan<char> line)
    {
        if (line.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase))
            return this with { Starttls = true };
        if (line.Equals("PIPELINING", StringComparison.OrdinalIgnoreCase))
            return this with { Pipelining = true };
        if (line.Equals("SMTPUTF8", StringComparison.OrdinalIgnoreCase))
            return this with { Smtputf8 = true };
        const string limits = "LIMITS ";
        return line.StartsWith(limits, StringComparison.OrdinalIgnoreCase)
            ? this with { MaxTransactions = Limit(line[limits.Length..], "MAILMAX="), MaxRecipients = Limit(line[limits.Length..], "RCPTMAX=") }
            : this;
    }

    // RFC 9422 3: at most six digits, not beginning with zero; what breaks that is ignored.
    private static int? Limit(ReadOnlySpan<char> parameters, ReadOnlySpan<char> name)
    {
        foreach (var part in parameters.Split(' '))
        {
            if (parameters[part].StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && parameters[part][name.Length..] is { Length: <= 6 } digits
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit > 0)
            {
                return limit;
            }
        }

        return null;
    }
}
