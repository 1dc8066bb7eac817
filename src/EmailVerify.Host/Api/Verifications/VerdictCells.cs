using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailVerify.Adapters.Files;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Writes values of ours as cells of CSV: what is not known as an empty one.</summary>
/// <param name="csv">Where to.</param>
internal sealed class VerdictCells(ResultCsvWriter csv)
{
    // More than any number or address takes in UTF-8 that an address may have.
    private const int ScratchLength = InputRow.MaxEmailLength * 3;

    private static readonly FrozenDictionary<VerdictStatus, byte[]> Statuses = Table<VerdictStatus>();
    private static readonly FrozenDictionary<VerdictReason, byte[]> Reasons = Table<VerdictReason>();

    /// <summary>Gets the names of the columns that say what is known of an address.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["status", "reason", "score", "did_you_mean", "accept_all", "disposable", "free", "role", "mailbox_full", "provider", "found_at"];

    /// <summary>Writes what is known of an address.</summary>
    /// <param name="verdict">Its verdict; null while there is none.</param>
    /// <param name="facts">What its text tells.</param>
    public void Write(Verdict? verdict, in AddressFacts facts)
    {
        csv.WriteCell(verdict is null ? [] : Statuses[verdict.Status]);
        csv.WriteCell(verdict is null ? [] : Reasons[verdict.Reason]);
        Write(verdict?.Score);
        Write(facts.Suggestion);
        Write(verdict?.AcceptAll);
        Write(facts.Disposable);
        Write(facts.Free);
        Write(facts.Role);
        Write(verdict?.MailboxFull);
        Write(verdict?.Provider);
        Write(verdict?.FoundAt);
    }

    /// <summary>Writes a text.</summary>
    public void Write(string? text)
    {
        if (text is null)
        {
            csv.WriteCell([]);
            return;
        }

        Span<byte> utf8 = stackalloc byte[ScratchLength];
        csv.WriteCell(Encoding.UTF8.TryGetBytes(text, utf8, out var length) ? utf8[..length] : Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes a flag of three values.</summary>
    public void Write(bool? flag) => csv.WriteCell(flag switch { true => "true"u8, false => "false"u8, null => [] });

    /// <summary>Writes a number.</summary>
    public void Write(long? number)
    {
        Span<byte> digits = stackalloc byte[20];
        var length = 0;
        if (number is { } value)
            _ = value.TryFormat(digits, out length, provider: CultureInfo.InvariantCulture);
        csv.WriteCell(digits[..length]);
    }

    /// <summary>Writes a time.</summary>
    public void Write(DateTimeOffset? time)
    {
        Span<byte> text = stackalloc byte[InstantText.Length];
        if (time is { } instant)
            InstantText.Format(instant, text);
        csv.WriteCell(time is null ? [] : text);
    }

    private static FrozenDictionary<TEnum, byte[]> Table<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => Encoding.UTF8.GetBytes(Words.Of(value)));
}
