using System.Net;
using CsCheck;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;

namespace EmailVerify.Grains.Tests.Wire;

/// <summary>Any value that may cross between silos.</summary>
internal static class Samples
{
    // Evidence and stored rows keep whole milliseconds.
    public static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 4_000_000_000_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);
    public static readonly Gen<TimeSpan> Duration = Gen.Long[0, 1_000_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds));
    public static readonly Gen<string> Text = Gen.String;
    public static readonly Gen<string?> MaybeText = Gen.Bool.SelectMany(some => some ? Gen.String.Select(text => (string?)text) : Gen.Const((string?)null));
    public static readonly Gen<string> Name = Gen.Char["abcdefghij"].Array[1, 12].Select(letters => new string(letters));
    public static readonly Gen<IPAddress> Address = Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(octets => new IPAddress(octets));
    public static readonly Gen<EmailAddress> Email = Gen.Select(Name, Name).Select((local, domain) => EmailAddress.Parse($"{local}@{domain}.example"));
    public static readonly Gen<AddressHash> Hash = Gen.Select(Gen.ULong, Gen.ULong).Select((upper, lower) => new AddressHash(new UInt128(upper, lower)));

    public static readonly Gen<Route.Exchangers> Exchangers = Gen.Select(
        Gen.Select(Name, Gen.Int[0, 65535], Address.Array[0, 3]).Select((host, preference, addresses) => new Exchanger(host, preference, [.. addresses])).Array[1, 3],
        Name,
        Gen.Bool).Select((inOrder, provider, whole) => new Route.Exchangers([.. inOrder], provider) { IsWhole = whole });

    private static readonly Route[] Others =
    [
        new Route.NullMx(), new Route.NoSuchDomain(), new Route.NoMail(), new Route.Unroutable(), new Route.Forbidden(), new Route.Unresolved(DnsOutcome.Failure), new Route.Unresolved(DnsOutcome.Timeout),
    ];

    public static readonly Gen<Route> Route = Gen.OneOf(
        Exchangers.Select(route => (Route)route),
        Gen.Int[0, Others.Length - 1].Select(at => Others[at]));

    public static readonly Gen<CatchAllBelief> Belief = Gen.Select(Gen.Enum<CatchAllState>(), Gen.Double[0.01, 1], Maybe(Gen.Enum<DecoyShape>()), Maybe(Gen.Enum<DecoyShape>()))
        .Select((state, chance, only, untried) => new CatchAllBelief(state, chance) { OnlyShape = only, Untried = untried });

    public static readonly Gen<DomainAnswer> DomainAnswer = Gen.Select(Route, Belief, Maybe(Time), Gen.Bool)
        .Select((route, belief, until, knownOnly) => new DomainAnswer(route, belief, until) { GreylistsKnownOnly = knownOnly });

    public static readonly Gen<DecoyObservation> Observation = Gen.Select(Gen.Enum<DecoyShape>(), Gen.Enum<ReplyMeaning>()).Select((shape, meaning) => new DecoyObservation(shape, meaning));

    public static readonly Gen<RetryTicket> Ticket = Gen.Select(Text, Text, Hash, Time, MaybeText, Gen.Int)
        .Select((id, customer, hash, due, egress, attempt) => new RetryTicket(id, customer, hash, due, egress, attempt));

    public static readonly Gen<LaneQuestion> Question = Gen.Select(Gen.Int, Email, Exchangers, Gen.Bool, Gen.Bool)
        .Select((number, address, route, decoys, interactive) => new LaneQuestion(number, address, route, decoys, interactive));

    private static readonly Gen<ProbeTrace> Trace = Gen.Select(Time, Gen.Enum<SmtpStage>(), MaybeText, Address, Text, MaybeText, Duration, MaybeText)
        .Select((at, stage, exchanger, address, egress, tls, duration, readAs) => new ProbeTrace(at, stage, exchanger, exchanger is null ? null : address, egress, tls, duration) { ReadAs = readAs });

    private static readonly Gen<SmtpReply> Reply = Gen.Select(Gen.Int[200, 599], Gen.Bool, Gen.Int[0, 2].Select(at => new[] { 2, 4, 5 }[at]), Gen.Int[0, 999], Gen.Int[0, 999], Text)
        .Select((code, has, kind, subject, detail, text) => new SmtpReply(code, has ? new EnhancedCode(kind, subject, detail) : null, text));

    private static readonly Gen<ReplyFinding> Finding = Gen.Select(Gen.Enum<ReplyMeaning>(), Text, Maybe(Duration), Gen.Bool, Gen.Bool)
        .Select((meaning, rule, pause, us, recipient) => new ReplyFinding(meaning, rule, pause, us) { IsOfRecipient = recipient });

    private static readonly Gen<ProbeOutcome> Outcome = Gen.OneOf(
        Gen.Select(Trace, Reply, Finding, Gen.Select(Reply, Finding).Select((reply, finding) => new DecoyAnswer(reply, finding)).Array[0, 2])
            .Select((trace, reply, finding, decoys) => (ProbeOutcome)new ProbeOutcome.Answered(trace, reply, finding, [.. decoys])),
        Gen.Select(Trace, Reply, Finding).Select((trace, reply, finding) => (ProbeOutcome)new ProbeOutcome.Refused(trace, reply, finding)),
        Gen.Select(Trace, Gen.Enum<LossCause>()).Select((trace, cause) => (ProbeOutcome)new ProbeOutcome.Lost(trace, cause)),
        Trace.Select(trace => (ProbeOutcome)new ProbeOutcome.Smtputf8Missing(trace)))
        .SelectMany(outcome => Gen.Int[0, 2_047].Select(bits => outcome with { Signs = (Signs)bits }));

    public static readonly Gen<LaneAnswer> Answer = Gen.OneOf(
        Gen.Select(Gen.Int, Outcome, Name.Array[0, 3]).Select((number, outcome, route) => (LaneAnswer)new LaneAnswer.Ended(number, outcome, [.. route])),
        Gen.Select(Gen.Int, Time, Gen.Enum<Obstacle>()).Select((number, time, cause) => (LaneAnswer)new LaneAnswer.NotBefore(number, time, cause)));

    private static readonly Gen<ProviderStanding> Provider = Gen.Select(
            Gen.Select(Name, Gen.Double[0, 10], Gen.Int[0, 9], Maybe(Gen.Int[0, 9])), Gen.Select(Gen.Enum<Circuit>(), Maybe(Time), Gen.Enum<Obstacle>()), Gen.Select(Gen.Double[0, 1], Maybe(Gen.Double[0, 1]), Gen.Int[0, 9], Gen.Int[0, 9]))
        .Select((what, circuit, figures) => new ProviderStanding(
            what.Item1, new RegimeStanding(what.Item2, 0.1, 10, what.Item3, what.Item4, circuit.Item1, circuit.Item2, circuit.Item3, figures.Item1, figures.Item2), figures.Item3, figures.Item4));

    private static readonly Gen<LaneReply> SeenReply = Gen.Select(Time, Name, MaybeText, Maybe(Gen.Int[200, 599]), MaybeText, MaybeText, Name)
        .Select((at, provider, exchanger, code, enhanced, text, meaning) => new LaneReply(at, provider, exchanger, code, enhanced, text, meaning));

    public static readonly Gen<LaneStanding> Standing = Gen.Select(Gen.Int[0, 9], Provider.Array[0, 3], Gen.Int[0, 9], SeenReply.Array[0, 3], Gen.Long[0, 99])
        .Select((sessions, providers, leftOut, replies, told) => new LaneStanding(sessions, [.. providers], leftOut, [.. replies])
        {
            WaitingInPerson = sessions + 1,
            WaitingOfBatches = leftOut + 2,
            Told = new LaneCounts(told, told + 1, told + 2),
        });

    private static readonly Gen<Verdict> Verdict = Gen.Select(
            Gen.Select(Gen.Enum<VerdictStatus>(), Gen.Enum<VerdictReason>(), Gen.Enum<VerdictSource>(), Gen.Int[0, 100]),
            Gen.Select(Maybe(Gen.Bool), Maybe(Gen.Bool), Maybe(Gen.Bool)),
            Gen.Select(MaybeText, MaybeText, Text, Time, Time))
        .Select((what, known, where) => new Verdict(
            what.Item1, what.Item2, what.Item4, known.Item1, known.Item2, known.Item3, where.Item1, where.Item2, where.Item4, where.Item5, what.Item3, where.Item3));

    private static readonly Gen<Pending> Pending = Gen.Select(Time, Maybe(Gen.Enum<VerdictReason>()), Time, Time)
        .Select((since, cause, next, end) => new Pending(since, cause, next, end));

    private static readonly Gen<Evidence> Evidence = Gen.Select(Time, Gen.Enum<SmtpStage>(), Name.Array[0, 3], MaybeText, Gen.Enum<ReplyMeaning>(), Maybe(Time), Duration)
        .Select((at, stage, route, text, meaning, retryAt, duration) => new Evidence(
            at, stage, [.. route], text, text, text, null, text is null ? null : new ReplyEvidence(250, "2.1.5", text), text is null ? null : meaning, text, retryAt, [new DecoyEvidence(new ReplyEvidence(550, null, "no"), meaning)], duration));

    public static readonly Gen<Verification> Verification = Gen.Select(
            Gen.Select(Text, Text, Hash, Text, MaybeText, Time), Gen.Select(Gen.Bool, Verdict, Pending), Gen.Int[0, 20], Evidence.Array[0, 3])
        .Select((who, state, attempts, evidence) => new Verification
        {
            Id = who.Item1,
            CustomerId = who.Item2,
            AddressHash = who.Item3,
            Email = who.Item4,
            Tag = who.Item5,
            CreatedAt = who.Item6,
            Verdict = state.Item1 ? state.Item2 : null,
            Pending = state.Item1 ? null : state.Item3,
            Attempts = attempts,
            Evidence = [.. evidence],
        });

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => Gen.Select(Gen.Bool, gen).Select((some, value) => some ? value : (T?)null);
}
