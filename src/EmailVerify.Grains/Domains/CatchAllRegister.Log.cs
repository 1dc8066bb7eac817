using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Domains;

internal sealed partial class CatchAllRegister
{
    [LoggerMessage(EventId = 2002, Level = LogLevel.Debug, Message = "What decoys show about {Domain} could not be asked or told")]
    private partial void LogUnreachable(string domain, Exception exception);
}
