/** In which the distribution of links says where a request came from, whatever the visitor sent by that name. */
export const VISITOR_ADDRESS_HEADER = 'x-visitor-address';
