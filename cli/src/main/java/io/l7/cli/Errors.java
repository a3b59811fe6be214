package io.l7.cli;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.ParameterException;

/** What an exception means to the one who typed the command, in one line. */
public final class Errors {
  private Errors() {}

  /** The line, without what stands before it. */
  public static String line(Throwable error) {
    return oneLine(
        switch (error) {
          case Failure failure -> text(failure);
          case NoSuchFileException e -> e.getFile() + ": no such file or folder";
          case FileNotFoundException e -> text(e);
          case AccessDeniedException e -> e.getFile() + ": permission denied";
          case NotDirectoryException e -> e.getFile() + ": not a folder";
          case FileAlreadyExistsException e -> e.getFile() + ": exists already";
          case DirectoryNotEmptyException e -> e.getFile() + ": folder not empty";
          case FileSystemException e ->
              e.getFile() + ": " + (e.getReason() == null ? "failed" : e.getReason());
          case UnknownHostException e -> text(e).replaceFirst(": .*", "") + ": no such host";
          case EOFException e when e.getMessage() == null -> "ended early";
          case BindException e -> "listen: " + text(e);
          case ConnectException e -> "connect: " + text(e);
          case SocketTimeoutException e -> "timed out: " + text(e);
          case IllegalArgumentException e -> text(e);
          case ParameterException e -> text(e);
          case IOException e -> text(e);
          default -> error.getClass().getSimpleName() + ": " + text(error);
        });
  }

  private static String text(Throwable error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }

  /** What a peer or a file says must not steer the terminal that it is shown on. */
  private static String oneLine(String text) {
    return Plain.text(text.replace("\r", "").replaceAll("[\n\t]", " ").strip());
  }
}
