using EmailVerify.Core.Domains;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Domains;

internal sealed partial class DomainGrain
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "{Domain} is now known to be {State}")]
    private partial void LogCatchAll(string domain, CatchAllState state);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Debug, Message = "{Domain} greylists only mailboxes that it has")]
    private partial void LogKnownOnly(string domain);
}
