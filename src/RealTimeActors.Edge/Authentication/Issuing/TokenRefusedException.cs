namespace RealTimeActors.Edge.Authentication.Issuing;

/// <summary>A token cannot be made. The message is for the one who asked for it.</summary>
public sealed class TokenRefusedException(string message) : Exception(message);
