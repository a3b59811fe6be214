package io.l7.http.h2;

import io.l7.http.h2.FrameWriter.End;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Frames as a textbook prints them: {@code DATA 1 1024 octets END_STREAM}. Pure. */
public final class FrameText {
  private static final Map<Integer, String> SETTINGS =
      Map.of(
          PeerSettings.HEADER_TABLE_SIZE, "HEADER_TABLE_SIZE",
          PeerSettings.ENABLE_PUSH, "ENABLE_PUSH",
          PeerSettings.MAX_CONCURRENT_STREAMS, "MAX_CONCURRENT_STREAMS",
          PeerSettings.INITIAL_WINDOW_SIZE, "INITIAL_WINDOW_SIZE",
          PeerSettings.MAX_FRAME_SIZE, "MAX_FRAME_SIZE",
          PeerSettings.MAX_HEADER_LIST_SIZE, "MAX_HEADER_LIST_SIZE",
          PeerSettings.NO_RFC7540_PRIORITIES, "NO_RFC7540_PRIORITIES");

  private FrameText() {}

  /** One line without its end; of a field block only what it belongs to. */
  public static String of(Frame frame) {
    return switch (frame) {
      case Frame.Data data ->
          data(data.stream(), data.length(), data.endsStream() ? End.OF_STREAM : End.NOT_YET);
      case Frame.Headers headers ->
          headers(headers.stream(), headers.endsStream() ? End.OF_STREAM : End.NOT_YET);
      case Frame.Continuation more -> "CONTINUATION " + more.stream();
      case Frame.Priority(int stream, int dependsOn) ->
          "PRIORITY " + stream + " depends on " + dependsOn;
      case Frame.RstStream(int stream, long code) ->
          "RST_STREAM " + stream + " " + ErrorCode.name(code);
      case Frame.Settings(List<Frame.Setting> all) ->
          all.stream().map(FrameText::setting).collect(Collectors.joining("", "SETTINGS", ""));
      case Frame.SettingsAck() -> "SETTINGS ACK";
      case Frame.Ping(long _) -> "PING";
      case Frame.PingAck(long _) -> "PING ACK";
      case Frame.GoAway(int last, long code) -> "GOAWAY " + last + " " + ErrorCode.name(code);
      case Frame.WindowUpdate(int stream, int increment) ->
          "WINDOW_UPDATE " + stream + " " + increment;
      case Frame.PriorityUpdate(int prioritized) -> "PRIORITY_UPDATE " + prioritized;
      case Frame.Unknown(int stream, int type) -> "UNKNOWN " + stream + " type " + type;
    };
  }

  private static String setting(Frame.Setting each) {
    return " " + SETTINGS.getOrDefault(each.id(), String.valueOf(each.id())) + "=" + each.value();
  }

  /** Content. */
  public static String data(int stream, int length, End end) {
    return "DATA " + stream + " " + length + " octets" + ends(end);
  }

  /** A field block, whose lines follow. */
  public static String headers(int stream, End end) {
    return "HEADERS " + stream + ends(end);
  }

  private static String ends(End end) {
    return end == End.OF_STREAM ? " END_STREAM" : "";
  }
}
