namespace RealTimeActors.TestKit.Time;

/// <summary>So many timers fell due at one moment that something must be starting them again and again.</summary>
public sealed class TimeStandsStillException : Exception
{
    /// <summary>Without more words.</summary>
    public TimeStandsStillException()
    {
    }

    /// <summary>Says at which moment, and whose timer is the next.</summary>
    public TimeStandsStillException(string message)
        : base(message)
    {
    }

    /// <summary>The same, and what led to it.</summary>
    public TimeStandsStillException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
