using EmailVerify.Host.Api.OpenApi;

namespace EmailVerify.Host.Api.Doctor;

internal sealed partial class DoctorEndpoints
{
    private static Answer Found => new(200, "What the doctor found.", Content.Json(DoctorShape.Report, DoctorShape.Example));

    /// <summary>Describes GET.</summary>
    public static Description DescribeGet() => new(Tags.Operation, "Read the doctor's report", "What the doctor found when it looked last. Before the first look it looks now, which takes up to half a minute where nothing answers.")
    {
        Answers = [Found],
    };

    /// <summary>Describes POST.</summary>
    public static Description DescribeRun() => new(Tags.Operation, "Have the doctor look", "Looks at everything now, which takes up to half a minute where nothing answers. Within five seconds of a look, that look is given.")
    {
        Body = new Body("Nothing: the doctor looks at everything.", Content.Json(new Shape { Type = "object" }.With("maxProperties", 0), "{}")) { IsOptional = true },
        Answers = [Found],
    };
}
