using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>GET and POST <c>/v1/doctor</c>: whether this installation can verify, and what to do about what it cannot.</summary>
internal sealed partial class DoctorEndpoints(DoctorDesk desk)
{
    // Strangers' doors are knocked at: once a minute at most, however often somebody presses the button.
    private static readonly TimeSpan JustNow = TimeSpan.FromMinutes(1);

    /// <summary>Gives the last report; before the first look, it looks.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (desk.Last is not { } report)
        {
            if (await IsRefusedAsync(context))
                return;
            report = await desk.LookAsync(JustNow, context.RequestAborted);
        }

        JsonAnswer.Write(context.Response, report, DoctorWriter.Write);
    }

    /// <summary>Looks now, which takes up to about a minute where nothing answers.</summary>
    public async Task RunAsync(HttpContext context)
    {
        if (await IsRefusedAsync(context))
            return;
        var parsed = await SmallBody.ReadAsync(context);
        if ((parsed.Problem ?? Refusal(parsed.Value!)) is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        JsonAnswer.Write(context.Response, await desk.LookAsync(JustNow, context.RequestAborted), DoctorWriter.Write);
    }

    // A test key never leaves the process.
    private static async ValueTask<bool> IsRefusedAsync(HttpContext context)
    {
        if (!Caller.Of(context).IsTest)
            return false;
        await new Problem(ProblemCode.InsufficientScope, "A test key has nobody looked at: the doctor asks real hosts.").WriteAsync(context);
        return true;
    }

    private static Problem? Refusal(SmallBody body) => body.Names.FirstOrDefault() is { } name
        ? SmallBody.Wrong(ProblemError.AtMember(name, "unknown", "The doctor looks at everything: the body has no members."))
        : null;
}
