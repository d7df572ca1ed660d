namespace RealTimeActors.Server.MachineFigures;

internal sealed partial class MachineFiguresListener
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Publishing this machine's figures every {Every}")]
    private static partial void LogListening(ILogger logger, TimeSpan every);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message =
        "This machine's figures are not published: the files of Linux's /proc are expected, and none could be read. "
        + "Set realtime.machine-figures.enabled = false to say that this is meant")]
    private static partial void LogNoFigures(ILogger logger);
}
