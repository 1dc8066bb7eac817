using EmailVerify.Core.Doctor;

namespace EmailVerify.Host.Api.Doctor;

/// <content>What is logged: which check, of which egress, how it ended. What was seen is in the report.</content>
internal sealed partial class DoctorDesk
{
    [LoggerMessage(5221, LogLevel.Warning, "Doctor: the check {Check} of {Subject} is now {State}; the command doctor, or GET /v1/doctor, says what was seen and what to do")]
    private static partial void LogAiling(ILogger logger, string check, string subject, CheckState state);

    [LoggerMessage(5222, LogLevel.Information, "Doctor: the check {Check} of {Subject} is now {State}")]
    private static partial void LogWell(ILogger logger, string check, string subject, CheckState state);
}
