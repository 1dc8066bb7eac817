using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>What the doctor found as <see cref="DoctorWriter"/> writes it, for the document.</summary>
internal static class DoctorShape
{
    /// <summary>Gets what makes that nearly every address ends as <c>unknown</c>.</summary>
    public static Shape Warnings { get; } = List(
        Object(
            Has("code", Word("mostly_unknown"), "What is to be expected."),
            Has("check", Text(32), "The check that found out why."),
            Has("detail", Text(4_096), "What was seen and what to do, for a person.")).Named("Warning", "Why nearly every address would end as `unknown` now."),
        16);

    /// <summary>Gets a report.</summary>
    public static Shape Report { get; } = Object(
        Has("verdict", Word<DoctorVerdict>(), "Whether this installation can verify."),
        Has("at", Time, "When it was looked."),
        Has("checks", List(
            Object(
                Has("id", Text(32), "The check, such as `port_25`."),
                Has("subject", Text(255).OrNull(), "The egress that it is about."),
                Has("state", Word<CheckState>(), "How it ended."),
                Has("seen", Text(4_096), "What was seen."),
                Has("why", Text(4_096), "Why it matters."),
                Has("cure", Text(4_096).OrNull(), "What to do about it; null where there is nothing to do.")).Named("Check", "One thing that the doctor looked at."),
            2_000), "What was looked at."),
        Has("warnings", Warnings, "Why nearly every address would end as `unknown` now.")).Named("DoctorReport", "Whether this installation can verify, and what to do about what it cannot.");

    /// <summary>What a report looks like.</summary>
    public const string Example = """
        {"verdict":"unable","at":"2026-11-24T10:15:40.912Z",
         "checks":[{"id":"port_25","subject":"eg-1","state":"failed","seen":"No host answered on port 25.","why":"Mail servers are asked on this port only.","cure":"Ask the network's provider to open outgoing port 25."}],
         "warnings":[{"code":"mostly_unknown","check":"port_25","detail":"Most addresses will end as unknown. No host answered on port 25. Ask the network's provider to open outgoing port 25."}]}
        """;
}
