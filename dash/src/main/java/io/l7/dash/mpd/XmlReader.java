package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads XML into elements by StAX: no DTD, no entity beyond XML's five, no file or network,
 * everything counted.
 */
final class XmlReader {
  private final XMLStreamReader xml;
  private final DashLimits limits;
  private int elements;
  private Optional<String> namespace = Optional.empty();

  private XmlReader(XMLStreamReader xml, DashLimits limits) {
    this.xml = xml;
    this.limits = limits;
  }

  static Element read(byte[] document, DashLimits limits) throws MpdException {
    if (document.length > limits.manifestBytes()) {
      throw new MpdException("the manifest is over " + limits.manifestBytes() + " bytes", 0);
    }
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(
        "jdk.xml.elementAttributeLimit", Integer.toString(limits.manifestAttributes()));
    try {
      return new XmlReader(
              factory.createXMLStreamReader(new ByteArrayInputStream(document)), limits)
          .root();
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      String message = String.valueOf(e.getMessage());
      int detail = message.indexOf("Message: ");
      throw new MpdException(
          "not well-formed XML: " + (detail < 0 ? message : message.substring(detail + 9)), line);
    } catch (MissingResourceException e) {
      // The JDK's parser lacks the text of some of its own errors.
      throw new MpdException("not well-formed XML: " + e.getKey(), 0);
    }
  }

  private Element root() throws XMLStreamException, MpdException {
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD) {
        throw new MpdException("a DTD has no place in an MPD", line());
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        Element root = element(Optional.empty(), 1, 1);
        while (xml.hasNext()) {
          xml.next();
        }
        return root;
      }
    }
    throw new MpdException("an empty document", 0);
  }

  private int line() {
    return xml.getLocation().getLineNumber();
  }

  private Element element(Optional<Element.Place> parent, int ordinal, int depth)
      throws XMLStreamException, MpdException {
    int line = line();
    if (depth > limits.manifestDepth()) {
      throw new MpdException("elements nest deeper than " + limits.manifestDepth(), line);
    }
    if (++elements > limits.manifestElements()) {
      throw new MpdException("over " + limits.manifestElements() + " elements", line);
    }
    String name = name();
    var place = new Element.Place(parent, name, ordinal);
    Map<String, String> attributes = attributes(line);
    List<Element> children = List.of();
    Map<String, Integer> ordinals = Map.of();
    var text = new StringBuilder();
    for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (children.isEmpty()) {
            children = new ArrayList<>();
            ordinals = new HashMap<>();
          }
          int next = ordinals.merge(name(), 1, Integer::sum);
          children.add(element(Optional.of(place), next, depth + 1));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new MpdException("an entity has no place in an MPD", line());
        default -> {}
      }
    }
    return new Element(name, place, line, attributes, children, text.toString().strip());
  }

  /** With its namespace where that is not the root's: it is somebody else's element then. */
  private String name() {
    String uri = xml.getNamespaceURI() == null ? "" : xml.getNamespaceURI();
    if (namespace.isEmpty()) {
      namespace = Optional.of(uri);
    }
    return namespace.get().equals(uri) ? xml.getLocalName() : "{" + uri + "}" + xml.getLocalName();
  }

  private Map<String, String> attributes(int line) throws MpdException {
    int count = xml.getAttributeCount();
    if (count > limits.manifestAttributes()) {
      throw new MpdException("an element with " + count + " attributes", line);
    }
    if (count == 0) {
      return Map.of();
    }
    var attributes = new HashMap<String, String>(count * 2);
    for (int i = 0; i < count; i++) {
      // Somebody else's attribute of the same name is not the standard's, whichever stands first.
      String namespace = xml.getAttributeNamespace(i);
      if (namespace == null || namespace.isEmpty()) {
        attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
      } else {
        attributes.putIfAbsent(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
      }
    }
    return attributes;
  }
}
