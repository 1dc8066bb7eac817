using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

/// <summary>Things to store.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private const string MadeAtNoon = "ver_01M86PTPG0";

    private static readonly string[] Awkward = ["", "\0", "a\0b", "<recipient>: \"no\" \\ such user\r\n", "жук@пример.рф", "😀", "'; DROP TABLE verifications; --"];

    // What the network and users send, a NUL and the far planes of Unicode too; lone surrogates are no text.
    public static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String.Where(text => !text.Any(char.IsSurrogate)),
        Gen.Int[0, Awkward.Length - 1].Select(at => Awkward[at]));

    public static readonly Gen<DateTimeOffset> Instants = Gen.Long[0, 4_102_444_800_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<ReplyEvidence> Replies = Gen.Select(Gen.Int[200, 599], Texts.Null(), Texts, (code, enhanced, text) => new ReplyEvidence(code, enhanced, text));

    public static readonly Gen<Evidence> Evidences =
        Gen.Select(
            Gen.Select(Instants, Gen.Enum<SmtpStage>(), Texts.Array[0, 3], Gen.Select(Texts.Null(), Texts.Null(), Texts.Null(), Texts.Null(), Texts.Null())),
            Gen.Select(Replies.Null(), Gen.Enum<ReplyMeaning>().Nullable(), Instants.Nullable(), Gen.Int[0, 1_000_000]),
            Gen.Select(Replies, Gen.Enum<ReplyMeaning>(), (reply, meaning) => new DecoyEvidence(reply, meaning)).Array[0, 3],
            (seen, read, decoys) => new Evidence(
                seen.Item1, seen.Item2, [.. seen.Item3], seen.Item4.Item1, seen.Item4.Item2, seen.Item4.Item3, seen.Item4.Item4,
                read.Item1, read.Item2, seen.Item4.Item5, read.Item3, [.. decoys], TimeSpan.FromMilliseconds(read.Item4)));

    private static readonly Gen<Verdict> Verdicts =
        Gen.Select(
            Gen.Select(Gen.Enum<VerdictStatus>(), Gen.Enum<VerdictReason>(), Gen.Int[0, 100], Gen.Enum<VerdictSource>()),
            Gen.Select(Gen.Bool.Nullable(), Gen.Bool.Nullable(), Gen.Bool.Nullable()),
            Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 9].Null(), Gen.String[Gen.Char.AlphaNumeric, 0, 9].Null(), Gen.String[Gen.Char.AlphaNumeric, 0, 9]),
            Gen.Select(Instants, Instants),
            (what, flags, names, times) => new Verdict(
                what.Item1, what.Item2, what.Item3, flags.Item1, flags.Item2, flags.Item3, names.Item1, names.Item2, times.Item1, times.Item2, what.Item4, names.Item3));

    private static readonly Gen<Pending> Pendings =
        Gen.Select(Instants, Gen.Enum<VerdictReason>().Nullable(), Instants, Instants, (since, cause, next, ends) => new Pending(since, cause, next, ends));

    public static readonly Gen<Verification> Verifications =
        Gen.Select(
            Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 3], Gen.Int[0, 9]),
            Gen.Select(Texts, Texts.Null(), Instants, Gen.Int[0, 16]),
            Gen.Select(Verdicts.Null(), Pendings.Null(), Evidences.Array[0, 3]),
            (keys, asked, found) => new Verification
            {
                Id = IdOf((long)(keys.Item1 % 10_000_000_000_000_000)),
                CustomerId = $"cus_{keys.Item3}",
                AddressHash = new AddressHash(new UInt128(keys.Item1, keys.Item2)),
                Email = asked.Item1,
                Tag = asked.Item2,
                CreatedAt = asked.Item3,
                Attempts = asked.Item4,
                Verdict = found.Item1,
                Pending = found.Item2,
                Evidence = [.. found.Item3],
            });

    /// <summary>Gets an id that was made at <see cref="Noon"/>; more of them sort by their numbers, which have 16 digits at most.</summary>
    public static string IdOf(long number) => $"{MadeAtNoon}{number:D16}";

    public static long NumberOf(string id) => long.Parse(id.AsSpan(MadeAtNoon.Length), CultureInfo.InvariantCulture);

    public static Verification Verification(long number, UInt128 address, string customer = "cus_default", VerdictStatus? status = VerdictStatus.Deliverable, DateTimeOffset? at = null) => new()
    {
        Id = IdOf(number),
        CustomerId = customer,
        AddressHash = new AddressHash(address),
        Email = "jane@example.com",
        CreatedAt = at ?? Noon,
        Verdict = status is { } known ? new Verdict(known, VerdictReason.AcceptedEmail, 97, null, null, null, null, null, at ?? Noon, (at ?? Noon).AddDays(14), VerdictSource.Live, "1") : null,
        Pending = status is null ? new Pending(Noon, null, Noon, Noon.AddDays(1)) : null,
    };

    public static RetryTicket Ticket(Verification verification, DateTimeOffset due) =>
        new(verification.Id, verification.CustomerId, verification.AddressHash, due, "eg-1", 1);

    /// <summary>Gets every member as text: records compare their arrays by reference.</summary>
    public static string Spell(Verification? verification) =>
        verification is null ? "null" : $"{verification with { Evidence = [] }} {EvidenceJson.Write(verification.Evidence)}";

    public static ImmutableArray<Route> Routes { get; } =
    [
        new Route.Exchangers([new Exchanger("mx1.example.com", 10, [IPAddress.Parse("192.0.2.25"), IPAddress.Parse("2001:db8::25")]), new Exchanger("mx2.example.com", 20, [])], "example.com"),
        new Route.NullMx(),
        new Route.NoSuchDomain(),
        new Route.NoMail(),
        new Route.Unroutable(),
        new Route.Forbidden(),
        new Route.Unresolved(DnsOutcome.Failure),
        new Route.Unresolved(DnsOutcome.Timeout),
    ];
}
